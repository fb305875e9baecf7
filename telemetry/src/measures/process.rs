//! The process itself. The names that begin with `process_` are those that every program uses.

use super::{
    Label,
    listing::{listing, measures},
};

/// What runs.
const VERSION: Label = Label::open("version", &[], "the package's version");
/// How it was built.
const PROFILE: Label = Label::open("profile", &[], "debug or release");

measures! {
    written CPU "process_cpu_seconds_total" "Processor time that was spent, of the user and of the system, in seconds.";
    gauge RESIDENT "process_resident_memory_bytes" "Resident memory.";
    gauge VIRTUAL "process_virtual_memory_bytes" "Virtual memory.";
    gauge OPEN_FILES "process_open_fds" "Open file descriptors.";
    gauge MAX_FILES "process_max_fds" "The most file descriptors that may be open.";
    gauge THREADS "process_threads" "Threads.";
    gauge START_TIME "process_start_time_seconds" "When it started, in seconds since 1970.";
    gauge BUILD_INFO "betstream_build_info" [VERSION, PROFILE] "Always 1; the labels say what runs.";
    gauge HEAP_ALLOCATED "betstream_heap_allocated_bytes" "Bytes that the program has allocated.";
    gauge HEAP_ACTIVE "betstream_heap_active_bytes" "Bytes of the pages that hold them.";
    gauge HEAP_RESIDENT "betstream_heap_resident_bytes" "Bytes that the allocator holds in memory.";
    gauge HEAP_MAPPED "betstream_heap_mapped_bytes" "Bytes that the allocator has mapped.";
    gauge HEAP_RETAINED "betstream_heap_retained_bytes" "Bytes of address space that the allocator keeps without memory behind them.";
}
