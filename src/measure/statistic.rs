//! The figures by which lists of latencies are summed up and compared.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::error::Error;

macro_rules! statistics {
    ($($variant:ident $name:literal $quantile:expr, $doc:literal;)*) => {
        /// One figure of a list of latencies. Written `mean`, `p50`, `p99.9`, `max`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Statistic { $(#[doc = $doc] $variant,)* }

        impl Statistic {
            /// All of them, in the order in which reports give them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The part of the latencies that do not exceed it, from 0 to 1; none for
            /// the mean.
            pub fn quantile(self) -> Option<f64> {
                match self { $(Self::$variant => $quantile,)* }
            }
        }
    };
}

statistics! {
    Mean "mean" None, "The mean.";
    P50 "p50" Some(0.5), "The median.";
    P90 "p90" Some(0.9), "What 90 % do not exceed.";
    P95 "p95" Some(0.95), "What 95 % do not exceed.";
    P99 "p99" Some(0.99), "What 99 % do not exceed.";
    P99_9 "p99.9" Some(0.999), "What 99.9 % do not exceed.";
    Max "max" Some(1.0), "The longest.";
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Statistic {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().find(|statistic| text.eq_ignore_ascii_case(statistic.name()));
        known.copied().ok_or_else(|| Error::InvalidOption {
            option: "statistic",
            value: text.to_owned(),
            reason: "known are mean, p50, p90, p95, p99, p99.9, max".to_owned(),
        })
    }
}

impl Serialize for Statistic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
