//! The behaviour suite that every store passes.
//!
//! An adapter's tests say `store_contract!(crate::store::sqlite::tests::fresh_database);` with the
//! whole path of an `async fn() -> Option<Arc<dyn Database>>`; each promise becomes a test of its
//! own over an empty database.

pub(crate) mod given;
mod harness;

pub(crate) mod appending;
pub(crate) mod archiving;
pub(crate) mod beside;
pub(crate) mod chaining;
pub(crate) mod claiming;
pub(crate) mod concurrency;
pub(crate) mod counting;
pub(crate) mod event_ids;
pub(crate) mod filling;
pub(crate) mod following;
pub(crate) mod idempotency;
pub(crate) mod identity;
pub(crate) mod immutability;
pub(crate) mod keeping;
pub(crate) mod misfits;
pub(crate) mod proving;
pub(crate) mod reading;
pub(crate) mod reopening;
pub(crate) mod versions;

pub(crate) use harness::{Database, Harness};

/// Makes one test of each promise, over the databases that `$make` gives.
macro_rules! store_contract {
    ($make:path) => {
        $crate::store::contract::store_contract! { $make;
            appending {
                positions_and_versions_are_dense,
                a_chunk_without_requests_is_answered_without_outcomes,
                a_request_without_events_is_answered_with_the_head,
                several_streams_are_written_together_or_not_at_all,
                a_refusal_leaves_its_neighbours_alone,
                what_was_decided_on_a_refused_request_is_refused_too,
                checks_run_in_the_order_key_ids_versions_claims,
                a_chunk_of_thousands_is_written_whole,
                every_column_comes_back_as_it_was_sent,
            }
            versions {
                an_expected_version_must_fit,
                each_request_of_a_chunk_sees_those_before_it,
                a_stream_that_was_not_used_for_long_keeps_its_version,
            }
            event_ids {
                an_event_id_is_accepted_once,
                a_repeat_inside_one_chunk_is_found,
                a_repeat_with_other_terms_does_not_restate,
                an_absent_id_that_is_known_refuses,
                an_event_is_found_by_its_id,
            }
            claiming {
                a_required_claim_must_be_held,
                a_claim_is_held_by_one_stream,
                a_released_claim_is_free,
                names_change_hands_within_one_request,
                a_claim_released_earlier_in_the_chunk_is_free,
                claims_follow_from_the_log,
            }
            idempotency {
                a_key_gives_its_first_answer_again,
                a_repeated_key_inside_one_chunk_is_found,
                a_key_without_events_keeps_its_answer,
                a_refused_request_keeps_no_answer,
                keys_belong_to_their_scope,
            }
            counting {
                outcomes_are_counted_in_their_commit,
                a_repeat_alone_is_counted,
            }
            immutability {
                events_and_blocks_cannot_be_changed_or_removed,
            }
            following {
                events_are_read_from_a_position,
                the_desk_is_read_without_the_markets,
                a_stream_is_read_from_a_version,
                long_reads_come_back_whole,
                a_stretch_is_scanned_row_by_row,
                recorded_at_never_runs_back,
            }
            reading {
                rows_are_read_either_way,
                rows_are_found_by_their_places_and_ids,
                the_rows_of_a_stream_are_read_either_way,
                a_stream_has_a_version_at_every_position,
                a_time_is_a_position,
            }
            chaining {
                every_commit_seals_a_block,
                an_altered_event_is_named,
                a_removed_event_is_named,
                a_removed_end_is_named,
                swapped_events_are_named,
                an_inserted_event_is_named,
                a_forged_block_is_named,
                a_forged_last_block_is_named,
                a_block_that_claims_more_is_named,
                a_rewritten_block_breaks_the_chain,
                a_removed_block_is_named,
                a_removed_last_block_is_named,
                an_inserted_block_is_named,
                blocks_without_events_are_named,
            }
            concurrency {
                a_reader_never_misses_nor_reorders_an_event,
                writers_of_one_stream_never_share_a_version,
                ids_given_at_once_never_meet,
            }
            identity {
                a_reset_empties_the_log_and_raises_its_epoch,
                after_a_reset_the_log_starts_again,
                ids_are_never_given_twice,
                ids_move_past_what_was_imported,
            }
            keeping {
                a_snapshot_replaces_the_one_before,
                a_snapshot_is_keyed_by_its_schema,
                a_dead_letter_is_kept_once,
                dead_letters_are_listed_newest_first,
                a_dead_letter_is_found_whole_by_its_id,
                dead_letters_are_listed_by_state_and_reason,
                everything_kept_is_read_in_pages,
                ids_that_were_given_are_known,
            }
            proving {
                a_head_holds_the_root_over_all_blocks,
                each_event_has_a_receipt,
                a_receipt_can_rest_on_a_head_of_long_ago,
                a_chain_that_was_rewritten_is_found_by_a_kept_head,
                a_log_that_was_cut_is_found_by_a_kept_head,
                a_head_of_another_log_is_refused,
                nothing_is_signed_for_what_was_altered,
            }
            beside {
                a_reader_beside_the_store_sees_each_commit,
                a_log_is_read_when_nobody_serves_it,
            }
            misfits {
                what_does_not_fit_is_named_and_nothing_is_left,
                events_that_end_too_early_are_not_a_log,
            }
            archiving {
                an_export_that_is_imported_is_exported_the_same,
                a_backup_that_is_restored_has_everything,
                an_export_that_was_spoiled_is_refused_and_leaves_nothing,
                a_backup_that_was_spoiled_is_refused,
                a_selection_is_a_table_too,
            }
            filling {
                a_log_is_filled_as_it_was,
                a_filled_log_goes_on,
                letters_and_answers_keep_their_ids_and_keys,
                a_log_that_is_not_empty_is_not_filled,
                a_half_filled_log_serves_nobody,
                who_was_killed_goes_on,
                another_source_starts_over,
                two_never_fill_the_same_log,
            }
            reopening {
                a_reopened_store_finds_everything,
                a_reopened_store_goes_on_where_it_was,
            }
        }
    };
    ($make:path; $($group:ident { $($promise:ident),* $(,)? })*) => {
        $(mod $group {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    if let Some(database) = $make().await {
                        let harness = $crate::store::contract::Harness::over(database).await;
                        $crate::store::contract::$group::$promise(harness).await;
                    }
                }
            )*
        })*
    };
}
pub(crate) use store_contract;
