//! Which files count and how their fields are read.

use clap::Args;

/// Which files count.
#[derive(Debug, Args)]
#[command(next_help_heading = "Files")]
pub struct FileArgs {
    /// Take only files that fit this glob, or leave out those that fit `!GLOB`; one with a slash begins in the folder that is named; may be repeated. `excerpt index` keeps what is given here until something else is; `-g ''` takes it back
    #[arg(short, long = "glob", value_name = "GLOB")]
    pub globs: Vec<String>,
    /// Take only files of this type, as ripgrep names types (`md`, `html`, `txt`)
    #[arg(short = 't', long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// Leave out files of this type
    #[arg(short = 'T', long = "type-not", value_name = "TYPE")]
    pub types_not: Vec<String>,
    /// Take hidden files and folders too
    #[arg(long)]
    pub hidden: bool,
    /// Pay no heed to `.gitignore`, `.ignore` and `.excerptignore`
    #[arg(long)]
    pub no_ignore: bool,
    /// Follow symbolic links
    #[arg(short = 'L', long)]
    pub follow: bool,
    /// Leave out larger files; bytes, or with a suffix K, M or G, which are powers of 1,024
    #[arg(long, value_name = "SIZE", value_parser = crate::size::parse_size)]
    pub max_filesize: Option<u64>,
    /// Which field of JSON Lines, CSV and TSV means what: `title=headline,text=body,id=url,date=day`. `excerpt index` keeps it; `--field ''` takes it back
    #[arg(long = "field", value_name = "MAP")]
    pub fields: Vec<String>,
}
