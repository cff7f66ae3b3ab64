"""``python -m gradproof``."""

from gradproof.cli import main

if __name__ == "__main__":
    main()
