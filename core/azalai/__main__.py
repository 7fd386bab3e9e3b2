"""`python -m azalai` is the same as `azalai`."""

from azalai.cli import main

main()
