"""The command line: one module a verb, and the only room that prints and exits."""
