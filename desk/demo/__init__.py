"""The invented world that anybody can try the product in, and the makers of rows that it shares with the tests."""
