"""`python -m bot` is `maibo`."""

from bot.cli import main

if __name__ == "__main__":
    main()
