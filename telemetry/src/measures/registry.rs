//! How measures are kept: a static each, whose handles are looked up once.

use std::{ops::Deref, sync::OnceLock};

use metrics::{Key, Level, Metadata, Recorder, SharedString, with_recorder};

use super::Label;

/// Bounds of durations in seconds, from a tenth of a millisecond to thirty seconds: a commit on a
/// good disk takes about one millisecond, and nothing is waited for longer.
pub const SECONDS: &[f64] = &[
    0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0, 30.0,
];
/// Fewer of them, where each route has its own.
pub const SECONDS_OF_A_REQUEST: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];
/// Bounds of ages in seconds, up to an hour: what waits on a stream may wait for long.
pub const AGES: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0,
];
/// Bounds of counts of things done together: a chunk of the journal holds at most 4,096 bets and
/// 2,048 commands, a projection commits at most 10,000 events.
pub const COUNTS: &[f64] = &[
    1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1_024.0, 2_048.0, 4_096.0, 8_192.0,
];

/// What is known of a measure.
#[derive(Debug)]
pub struct About {
    /// Its name, as `/metrics` shows it.
    pub name: &'static str,
    /// What it counts, for people.
    pub help: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [Label],
}

/// How a measure behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// It counts what falls below each of these bounds.
    Histogram(&'static [f64]),
}

impl Kind {
    /// Its word in the exposition format.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram(_) => "histogram",
        }
    }
}

/// In what a measure is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds, or the time of a day as seconds since 1970.
    Seconds,
    /// Bytes.
    Bytes,
    /// A part of one.
    Ratio,
    /// So many.
    Count,
}

impl Unit {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Ratio => "ratio",
            Self::Count => "count",
        }
    }
}

impl About {
    /// In what it is told: by convention its name ends in it.
    pub fn unit(&self) -> Unit {
        let name = self.name.trim_end_matches("_total");
        let units = [Unit::Seconds, Unit::Bytes, Unit::Ratio];
        let ends_in = |unit: &Unit| name.ends_with(&format!("_{}", unit.word()));
        units.into_iter().find(ends_in).unwrap_or(Unit::Count)
    }

    /// The values of each series, in the order of the labels.
    fn series(&self) -> Vec<Vec<&'static str>> {
        let mut series = vec![Vec::new()];
        for label in self.labels {
            series = series
                .iter()
                .flat_map(|before: &Vec<&'static str>| {
                    label
                        .values
                        .iter()
                        .map(|value| [before.as_slice(), &[value]].concat())
                })
                .collect();
        }
        series
    }

    fn key(&self, values: &[&str]) -> Key {
        let names = self.labels.iter().map(|label| label.name);
        let labels: Vec<metrics::Label> = names
            .zip(values)
            .map(|(name, value)| metrics::Label::new(name, (*value).to_owned()))
            .collect();
        Key::from_parts(self.name, labels)
    }

    fn describe(&self) {
        let (name, help) = (self.name.into(), SharedString::const_str(self.help));
        with_recorder(|recorder| match self.kind {
            Kind::Counter => recorder.describe_counter(name, None, help),
            Kind::Gauge => recorder.describe_gauge(name, None, help),
            Kind::Histogram(_) => recorder.describe_histogram(name, None, help),
        });
    }
}

/// A measure of any kind.
pub trait Measure: Sync {
    /// What is known of it.
    fn about(&self) -> &About;

    /// Describes it and gives it its series.
    fn register(&self);
}

/// What a series is written through.
pub trait Handle: Sized + Send + Sync + 'static {
    /// The handle of a series.
    fn of(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self;
}

impl Handle for metrics::Counter {
    fn of(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self {
        recorder.register_counter(key, metadata)
    }
}

impl Handle for metrics::Gauge {
    fn of(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self {
        recorder.register_gauge(key, metadata)
    }
}

impl Handle for metrics::Histogram {
    fn of(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self {
        recorder.register_histogram(key, metadata)
    }
}

fn handle<H: Handle>(about: &About, values: &[&str]) -> H {
    let metadata = Metadata::new(module_path!(), Level::INFO, None);
    with_recorder(|recorder| H::of(recorder, &about.key(values), &metadata))
}

/// A measure without labels: its one series.
pub struct Single<H> {
    about: About,
    handle: OnceLock<H>,
}

impl<H> Single<H> {
    pub(super) const fn new(about: About) -> Self {
        Self {
            about,
            handle: OnceLock::new(),
        }
    }
}

impl<H: Handle> Deref for Single<H> {
    type Target = H;

    fn deref(&self) -> &H {
        self.handle.get_or_init(|| handle(&self.about, &[]))
    }
}

impl<H: Handle> Measure for Single<H> {
    fn about(&self) -> &About {
        &self.about
    }

    fn register(&self) {
        self.about.describe();
        let _looked_up: &H = self;
    }
}

/// A measure with labels: a series for each combination of their values.
pub struct Labelled<H> {
    about: About,
    handles: OnceLock<Box<[H]>>,
}

impl<H: Handle> Labelled<H> {
    pub(super) const fn new(about: About) -> Self {
        Self {
            about,
            handles: OnceLock::new(),
        }
    }

    /// The series of `values`, which stand in the order of the labels.
    pub fn of<const N: usize>(&self, values: [&str; N]) -> &H {
        debug_assert_eq!(N, self.about.labels.len(), "{}", self.about.name);
        let labels = self.about.labels.iter().zip(values);
        let index = labels.fold(0, |index, (label, value)| {
            index * label.values.len() + label.index_of(value)
        });
        &self.handles()[index]
    }

    /// The series of values that need not be listed, looked up anew: for labels that are open. Who
    /// needs it often keeps it.
    pub fn look_up<const N: usize>(&self, values: [&str; N]) -> H {
        handle(&self.about, &values)
    }

    fn handles(&self) -> &[H] {
        self.handles.get_or_init(|| {
            let series = self.about.series();
            series
                .iter()
                .map(|values| handle(&self.about, values))
                .collect()
        })
    }
}

impl<H: Handle> Measure for Labelled<H> {
    fn about(&self) -> &About {
        &self.about
    }

    fn register(&self) {
        self.about.describe();
        let _looked_up = self.handles();
    }
}

/// Counts one more in a gauge for as long as it lives.
#[derive(Debug)]
pub struct Presence(&'static metrics::Gauge);

impl Presence {
    fn of(gauge: &'static metrics::Gauge) -> Self {
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

impl Single<metrics::Gauge> {
    /// One more, until the presence is dropped.
    pub fn enter(&'static self) -> Presence {
        Presence::of(self)
    }
}

impl Labelled<metrics::Gauge> {
    /// One more in the series of `values`, until the presence is dropped.
    pub fn enter<const N: usize>(&'static self, values: [&str; N]) -> Presence {
        Presence::of(self.of(values))
    }
}

/// A measure whose lines the page writes itself, for the recorder cannot hold its value.
pub struct Written(About);

impl Written {
    pub(super) const fn new(about: About) -> Self {
        Self(about)
    }

    /// Its lines in the exposition format, at `value`.
    pub fn lines(&self, value: f64) -> String {
        let About {
            name, help, kind, ..
        } = self.0;
        let kind = kind.word();
        format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n")
    }
}

impl Measure for Written {
    fn about(&self) -> &About {
        &self.0
    }

    fn register(&self) {}
}
