"""`python -m drillbook` → the command line."""

from drillbook.cli.main import main

main()
