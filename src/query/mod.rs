//! From a query string to an abstract syntax tree.
