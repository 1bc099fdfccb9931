"""One module per word of `start.py`: a one-line docstring (shown in the help) and `main(args)`."""
