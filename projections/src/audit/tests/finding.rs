//! Events are found as if each had been looked at.

use betstream_events::{envelope::Position, store::Order};
use proptest::prelude::*;

use super::given::{alike_bets, all_rows, filter, histories, looked_through, market, page};
use crate::{
    ProjectionDeps, Projections, ViewUrl,
    audit::{AuditQueries, EventFilter, EventQuery},
    testing::{PATIENCE, Story, TestLog, postgres_url},
};

use Order::{NewestFirst, OldestFirst};

/// Reads page after page.
async fn pages(queries: &AuditQueries, question: EventQuery) -> Vec<Position> {
    let mut found = Vec::new();
    let mut behind = None;
    loop {
        let question = EventQuery {
            behind,
            ..question.clone()
        };
        let page = queries.find(&question).await.unwrap().value;
        assert!(page.rows.len() <= question.limit);
        assert!(page.next.is_none() || page.is_cut_short || page.rows.len() == question.limit);
        found.extend(page.rows.iter().map(|row| row.position));
        behind = page.next;
        if behind.is_none() {
            return found;
        }
    }
}

async fn finds_what_a_look_at_each_finds(
    log: &TestLog,
    projections: &Projections,
    questions: &[[u16; 6]],
) {
    let head = log.head().await.position;
    assert!(projections.wait_until(head, PATIENCE).await);
    let rows = all_rows(log).await;
    for choices in questions {
        let filter = filter(&rows, choices);
        for order in [OldestFirst, NewestFirst] {
            let expected = looked_through(&rows, &filter, order);
            // In few pages of a long log, in many of a short one.
            let least = rows.len() / 20 + 1;
            let limit = [least, 2 * least, 500][usize::from(choices[5]) % 3];
            let found = pages(projections.audit(), page(&filter, order, limit)).await;
            assert_eq!(found, expected, "{filter:?} {order:?}");
        }
        let counts = projections.audit().count(&filter).await.unwrap().value;
        let mut expected = std::collections::BTreeMap::new();
        for row in rows.iter().filter(|row| filter.wants(row)) {
            *expected
                .entry(row.event_type.clone().into_owned())
                .or_default() += 1_u64;
        }
        assert_eq!(
            (counts.by_type, counts.only_up_to),
            (expected, None),
            "{filter:?}"
        );
    }
}

fn run(work: impl Future<Output = ()>) {
    actix_rt::System::new().block_on(work);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn what_is_found_is_what_a_look_at_each_finds(
        history in histories(1..80),
        questions in prop::collection::vec(prop::array::uniform6(any::<u16>()), 25),
    ) {
        run(async {
            let log = TestLog::new();
            let projections = log.start().await;
            if !history.is_empty() {
                log.append(history).await;
            }
            finds_what_a_look_at_each_finds(&log, &projections, &questions).await;
            projections.stop().await;
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]

    /// The same over the end of a segment, and in Postgres.
    #[test]
    fn segments_and_databases_make_no_difference(
        history in histories(40..80),
        questions in prop::collection::vec(prop::array::uniform6(any::<u16>()), 15),
    ) {
        run(async {
            let log = TestLog::new();
            let mut story = Story::default();
            // Ids count up from one in every story: those of this one are out of the way.
            story.skip_ids(1_000_000);
            log.append(alike_bets(&mut story, 4_070)).await;
            log.append(history).await;
            let url = ViewUrl::Postgres(postgres_url().await);
            for views in [log.deps().views, url] {
                let deps = ProjectionDeps { views, ..log.deps() };
                let projections = Projections::start(deps).await.unwrap();
                finds_what_a_look_at_each_finds(&log, &projections, &questions).await;
                projections.stop().await;
            }
        });
    }
}

#[actix_rt::test]
async fn a_page_that_looked_at_enough_says_where_it_is() {
    let log = TestLog::new();
    let projections = log.start().await;
    let mut story = Story::default();
    let head = log.append(alike_bets(&mut story, 21_000)).await;
    let wanted = EventFilter {
        stream: Some(market("game_0")),
        ..EventFilter::default()
    };
    // Numbers are not in the index, so that each bet is looked at.
    let text = EventFilter {
        text: crate::audit::words::SoughtText::parse("12345").ok(),
        ..EventFilter::default()
    };
    assert!(projections.wait_until(head, PATIENCE).await);
    // How much one page looks at depends on the machine; that the next goes on there does not.
    let (mut behind, mut pages) = (None, 0);
    loop {
        let query = EventQuery {
            behind,
            ..page(&text, NewestFirst, 10)
        };
        let found = projections.audit().find(&query).await.unwrap().value;
        pages += 1;
        assert!(found.rows.is_empty());
        assert_eq!(found.is_cut_short, found.next.is_some());
        let Some(next) = found.next else { break };
        assert!(behind.is_none_or(|behind| next < behind), "{next}");
        behind = Some(next);
    }
    assert!(pages > 1, "21,000 events are more than one page looks at");

    let whole = projections
        .audit()
        .find(&page(&wanted, NewestFirst, 10))
        .await
        .unwrap()
        .value;
    assert_eq!((whole.rows.len(), whole.is_cut_short), (10, false));
    projections.stop().await;
}
