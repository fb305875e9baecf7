//! The live stream's messages, described. Those of the desk are the projections' own.

use betstream_projections::{feed, markets::MarketSummary, stats::StatsFigures};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{AllOfBuilder, ObjectBuilder, OneOfBuilder, Ref, Type},
    },
};

/// A message of the live stream; its `type` is also its event name.
pub struct LiveMessage;

/// The names of the messages that are not about one event of the log.
pub const STREAM_MESSAGES: [&str; 6] = ["hello", "resync", "ping", "closing", "stats", "odds"];

impl PartialSchema for LiveMessage {
    fn schema() -> RefOr<Schema> {
        let mut messages = OneOfBuilder::new().description(Some(
            "A message of the live stream; its `type` is also its event name. One of an event has the event's `position` too.",
        ));
        if let RefOr::T(Schema::OneOf(desk)) = feed::LiveMessage::schema() {
            messages = desk.items.into_iter().fold(messages, OneOfBuilder::item);
        }
        messages
            .item(placed("hello", "The stream opens: its log, and the position after which it goes on."))
            .item(placed("resync", "The client's position is unknown here: load again; the stream goes on after this one."))
            .item(named("ping", "Everything up to this message's `id:` has been sent."))
            .item(closing())
            .item(
                AllOfBuilder::new()
                    .item(named("stats", "The live figures, once a second."))
                    .item(Ref::from_schema_name(StatsFigures::name())),
            )
            .item(
                named("odds", "The markets that changed, at most once a second.")
                    .property("markets", Ref::from_schema_name(MarketSummary::name()).to_array_builder())
                    .required("markets"),
            )
            .into()
    }
}

impl ToSchema for LiveMessage {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((StatsFigures::name().into(), StatsFigures::schema()));
        StatsFigures::schemas(schemas);
        schemas.push((MarketSummary::name().into(), MarketSummary::schema()));
        MarketSummary::schemas(schemas);
        feed::LiveMessage::schemas(schemas);
    }
}

fn named(name: &str, description: &str) -> ObjectBuilder {
    let word = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some([name]));
    ObjectBuilder::new()
        .description(Some(description))
        .property("type", word)
        .required("type")
}

fn closing() -> ObjectBuilder {
    let text = |words: &[&str]| {
        let text = ObjectBuilder::new().schema_type(Type::String);
        text.enum_values((!words.is_empty()).then(|| words.iter().copied()))
    };
    named(
        "closing",
        "The server ends the stream; the client comes again and goes on where it was.",
    )
    .property("reason", text(&["stopping", "slow"]))
    .property("detail", text(&[]))
    .property("retry_ms", ObjectBuilder::new().schema_type(Type::Integer))
    .required("reason")
    .required("detail")
    .required("retry_ms")
}

fn placed(name: &str, description: &str) -> ObjectBuilder {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let integer = || ObjectBuilder::new().schema_type(Type::Integer);
    named(name, description)
        .property("log", text())
        .property("epoch", integer())
        .property("position", integer())
        .required("log")
        .required("epoch")
        .required("position")
}
