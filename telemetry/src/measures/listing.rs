//! The form in which measures are listed.

/// Lists the measures of a family: a static for each, and `ALL` of them. A line is kind, name of the
/// static, name of the measure, labels, bounds of a histogram, and what it counts.
macro_rules! measures {
    ($($kind:ident $name:ident $text:literal $([$($label:ident),+])? $(in $bounds:ident)? $help:literal;)*) => {
        $(
            #[doc = $help]
            pub static $name: listing!(@type $kind $([$($label),+])?) =
                <listing!(@type $kind $([$($label),+])?)>::new($crate::measures::About {
                    name: $text,
                    help: $help,
                    kind: listing!(@kind $kind $(in $bounds)?),
                    labels: &[$($($label),+)?],
                });
        )*
        /// All of them, in order.
        pub const ALL: &[&dyn $crate::measures::Measure] = &[$(&$name),*];
    };
}

/// The type and the kind that a word of [`measures`] stands for.
macro_rules! listing {
    (@type counter) => { $crate::measures::registry::Single<metrics::Counter> };
    (@type gauge) => { $crate::measures::registry::Single<metrics::Gauge> };
    (@type histogram) => { $crate::measures::registry::Single<metrics::Histogram> };
    (@type counter [$($label:ident),+]) => { $crate::measures::registry::Labelled<metrics::Counter> };
    (@type gauge [$($label:ident),+]) => { $crate::measures::registry::Labelled<metrics::Gauge> };
    (@type histogram [$($label:ident),+]) => { $crate::measures::registry::Labelled<metrics::Histogram> };
    (@type written) => { $crate::measures::registry::Written };
    (@kind counter) => { $crate::measures::Kind::Counter };
    (@kind written) => { $crate::measures::Kind::Counter };
    (@kind gauge) => { $crate::measures::Kind::Gauge };
    (@kind histogram in $bounds:ident) => {
        $crate::measures::Kind::Histogram($crate::measures::registry::$bounds)
    };
}

pub(super) use {listing, measures};
