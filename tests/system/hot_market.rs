//! One market with nearly all bets: the others keep their share.

use crate::support::{
    Server, World,
    server::in_order,
    streams::{Streams, counted, message},
};

#[tokio::test]
async fn a_market_with_almost_all_bets_does_not_hold_up_the_others() {
    const BETS: u32 = 30_000;
    const OTHERS: u32 = BETS / 100;
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    streams.make().await;
    let bet = |number: u32| match number % 100 {
        99 => message(number, &format!("cold_{}", number / 100 % 10)),
        _ => message(number, "hot"),
    };
    streams.publish((0..BETS).map(bet)).await;
    let server = Server::start(&world).await;
    counted(&server.api, BETS).await;
    // They are spread evenly over the stream, and so they are over the log: whatever waits for its
    // turn is a small part of it, not what the hot market has.
    for part in 0..3 {
        let (first, last) = (part * BETS / 3, (part + 1) * BETS / 3);
        let share = world
            .number(&format!(
                "SELECT count(*) FROM events WHERE stream LIKE 'market-cold%' \
                 AND position > {first} AND position <= {last}"
            ))
            .await;
        assert!(share >= i64::from(OTHERS / 6), "part {part}: {share}");
    }
    let hot = server.api.get("/api/v1/markets/hot").await.expect(200);
    assert_eq!(hot["bets"], BETS - OTHERS);
    for number in 0..10 {
        let cold = format!("/api/v1/markets/cold_{number}");
        let cold = server.api.get(&cold).await.expect(200);
        assert_eq!(cold["bets"], OTHERS / 10);
    }
    assert!(server.terminate().await.success());
    in_order(&world).await;
}
