#![doc = include_str!("architecture.md")]

pub mod document;
pub mod error;
pub mod passage;
mod threads;

pub mod analysis;
pub mod corpus;
pub mod measure;
pub mod query;
pub mod split;

pub mod index;

pub mod rank;

pub mod search;

pub use crate::error::{Error, Result};
