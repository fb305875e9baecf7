//! The lines of what is kept beside the events.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use super::{End, Lines, hex, unbase64, unhex};
use crate::{
    clock::Timestamp,
    envelope::Position,
    ids::{DeadLetterId, IdKind},
    store::{DeadLetter, IdempotencyKey, KeptAnswer, NewDeadLetter, OutcomeCounts},
};

#[derive(Serialize, Deserialize)]
pub(super) struct LetterLine {
    letter: LetterShape,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LetterShape {
    id: DeadLetterId,
    stream: String,
    sequence: u64,
    subject: String,
    bytes: String,
    reason: String,
    detail: String,
    received_at: Timestamp,
}

impl LetterLine {
    pub(super) fn of(kept: &DeadLetter) -> Self {
        let NewDeadLetter {
            stream,
            sequence,
            subject,
            bytes,
            reason,
            detail,
            received_at,
        } = kept.letter.clone();
        Self {
            letter: LetterShape {
                id: kept.id,
                stream,
                sequence,
                subject,
                bytes: BASE64_STANDARD.encode(bytes),
                reason,
                detail,
                received_at,
            },
        }
    }

    pub(super) fn letter(self) -> Result<DeadLetter, String> {
        let LetterShape {
            id,
            stream,
            sequence,
            subject,
            bytes,
            reason,
            detail,
            received_at,
        } = self.letter;
        Ok(DeadLetter {
            id,
            letter: NewDeadLetter {
                stream,
                sequence,
                subject,
                bytes: unbase64("bytes", &bytes)?,
                reason,
                detail,
                received_at,
            },
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct AnswerLine {
    answer: AnswerShape,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerShape {
    scope: String,
    key: String,
    fingerprint: String,
    answer: String,
    position: Position,
    kept_at: Timestamp,
}

impl AnswerLine {
    pub(super) fn of(kept: &KeptAnswer) -> Self {
        let IdempotencyKey {
            scope,
            key,
            fingerprint,
            answer,
        } = kept.key.clone();
        Self {
            answer: AnswerShape {
                scope,
                key,
                fingerprint: hex(&fingerprint),
                answer: answer.to_string(),
                position: kept.position,
                kept_at: kept.kept_at,
            },
        }
    }

    pub(super) fn answer(self) -> Result<KeptAnswer, String> {
        let AnswerShape {
            scope,
            key,
            fingerprint,
            answer,
            position,
            kept_at,
        } = self.answer;
        Ok(KeptAnswer {
            key: IdempotencyKey {
                scope,
                key,
                fingerprint: unhex("fingerprint", &fingerprint)?,
                answer: answer.into(),
            },
            position,
            kept_at,
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct EndLine {
    end: EndShape,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndShape {
    lines: Lines,
    counts: CountsShape,
    used_ids: UsedIds,
    blake3: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CountsShape {
    recorded: i64,
    already_recorded: i64,
    refused: i64,
    dead_letters: i64,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UsedIds {
    account: i64,
    batch: i64,
    bet: i64,
}

impl UsedIds {
    const fn of(&mut self, kind: IdKind) -> &mut i64 {
        match kind {
            IdKind::Account => &mut self.account,
            IdKind::Batch => &mut self.batch,
            IdKind::Bet => &mut self.bet,
        }
    }
}

impl EndLine {
    pub(super) fn of(end: &End) -> Self {
        let OutcomeCounts {
            recorded,
            already_recorded,
            refused,
            dead_letters,
        } = end.counts;
        let mut used_ids = UsedIds::default();
        for (kind, used) in &end.used_ids {
            *used_ids.of(*kind) = *used;
        }
        Self {
            end: EndShape {
                lines: end.lines,
                counts: CountsShape {
                    recorded,
                    already_recorded,
                    refused,
                    dead_letters,
                },
                used_ids,
                blake3: hex(&end.hash),
            },
        }
    }

    pub(super) fn end(self) -> Result<End, String> {
        let EndShape {
            lines,
            counts,
            mut used_ids,
            blake3,
        } = self.end;
        let CountsShape {
            recorded,
            already_recorded,
            refused,
            dead_letters,
        } = counts;
        Ok(End {
            lines,
            counts: OutcomeCounts {
                recorded,
                already_recorded,
                refused,
                dead_letters,
            },
            used_ids: IdKind::ALL
                .into_iter()
                .map(|kind| (kind, *used_ids.of(kind)))
                .collect(),
            hash: unhex("blake3", &blake3)?,
        })
    }
}
