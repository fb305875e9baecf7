//! Live over a WebSocket: the figures, and the desk for who asks.

use actix_web::rt::net::TcpStream;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::{DEADLINE, Product};

#[actix_web::test]
async fn the_websocket_sends_the_stats_object_and_says_why_it_closes() {
    let product = Product::start().await;
    let mut socket = open_socket(&product, "/ws").await;
    let (opcode, text) = loop {
        let frame = read_frame(&mut socket).await;
        if frame.0 != 9 {
            break frame;
        }
    };
    let stats: Value = serde_json::from_slice(&text).expect("JSON");
    assert_eq!(opcode, 1);
    for member in [
        "total_bets",
        "total_value",
        "bets_per_second",
        "db_failures",
        "redis_failures",
        "db_failures_per_second",
        "redis_failures_per_second",
    ] {
        assert!(stats[member].is_number(), "{member}: {stats}");
    }
    product.stop().await;
    let (opcode, reason) = loop {
        let frame = read_frame(&mut socket).await;
        if frame.0 == 8 {
            break frame;
        }
    };
    assert_eq!(
        (opcode, u16::from_be_bytes([reason[0], reason[1]])),
        (8, 1001),
        "going away"
    );
}

#[actix_web::test]
async fn the_websocket_carries_the_desk_to_who_asks_and_goes_on_where_it_was() {
    let product = Product::start().await;
    let client = &product.client;
    client.account("alpha").await;
    let mut socket = open_socket(&product, "/ws?topics=desk").await;
    let hello = next_message(&mut socket).await;
    assert_eq!(
        (&hello["type"], &hello["position"]),
        (&json!("hello"), &json!(1))
    );
    client.account("beta").await;
    let created = next_message(&mut socket).await;
    assert_eq!(
        (
            &created["type"],
            &created["position"],
            &created["account"]["name"]
        ),
        (&json!("account_created"), &json!(2), &json!("beta"))
    );
    let mut again = open_socket(&product, "/ws?topics=desk&last_event_id=0").await;
    assert_eq!(next_message(&mut again).await["position"], 0);
    for position in [1, 2] {
        assert_eq!(next_message(&mut again).await["position"], position);
    }
    product.stop().await;
    for socket in [&mut socket, &mut again] {
        let last = next_message(socket).await;
        assert_eq!(
            (&last["type"], &last["reason"]),
            (&json!("closing"), &json!("stopping"))
        );
    }
}

/// A WebSocket of `path`, its handshake behind it.
async fn open_socket(product: &Product, path: &str) -> TcpStream {
    let address = product.server.addresses()[0];
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://dashboard.example\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.expect("sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.expect("a byte"));
    }
    assert!(
        head.starts_with(b"HTTP/1.1 101"),
        "{}",
        String::from_utf8_lossy(&head)
    );
    socket
}

/// The next text message.
async fn next_message(socket: &mut TcpStream) -> Value {
    loop {
        let (opcode, payload) = tokio::time::timeout(DEADLINE, read_frame(socket))
            .await
            .expect("in time");
        if opcode == 1 {
            return serde_json::from_slice(&payload).expect("JSON");
        }
    }
}

/// A frame's opcode and payload.
async fn read_frame(socket: &mut TcpStream) -> (u8, Vec<u8>) {
    let first = socket.read_u8().await.expect("a frame");
    let length = match socket.read_u8().await.expect("a length") & 0x7f {
        126 => usize::from(socket.read_u16().await.expect("a length")),
        length => usize::from(length),
    };
    let mut payload = vec![0; length];
    socket.read_exact(&mut payload).await.expect("a payload");
    (first & 0x0f, payload)
}
