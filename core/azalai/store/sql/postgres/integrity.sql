-- sqlite --
-- the server looks after its own pages: data checksums
SELECT 'ok';
