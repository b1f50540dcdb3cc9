//! The library and the program, driven from outside.

mod measure;
