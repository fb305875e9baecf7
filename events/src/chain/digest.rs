//! The digest of one event.

use super::Hash;
use crate::envelope::EventRow;

/// BLAKE3 over all columns of the row: integers as 8 bytes little-endian, texts and ids as their
/// bytes, every variable part preceded by its length.
pub fn event_digest(row: &EventRow) -> Hash {
    let mut hasher = blake3::Hasher::new();
    let mut fixed = [0_u8; 56];
    fixed[..8].copy_from_slice(&row.position.0.to_le_bytes());
    fixed[8..16].copy_from_slice(&row.version.0.to_le_bytes());
    fixed[16..32].copy_from_slice(row.event_id.uuid().as_bytes());
    fixed[32..40].copy_from_slice(&i64::from(row.schema_version).to_le_bytes());
    fixed[40..48].copy_from_slice(&row.occurred_at.micros().to_le_bytes());
    fixed[48..56].copy_from_slice(&row.recorded_at.micros().to_le_bytes());
    hasher.update(&fixed);
    for text in [
        row.stream.as_str(),
        &*row.event_type,
        &row.data,
        &row.metadata,
    ] {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    *hasher.finalize().as_bytes()
}
