"""What connector authors test with: the conformance suite ships in the package."""
