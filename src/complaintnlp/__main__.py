"""``python -m complaintnlp`` is the command line."""

from complaintnlp.cli import main

if __name__ == "__main__":
    main()
