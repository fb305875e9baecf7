//! Prints the list of metrics as `deploy/metrics.md` has it.

fn main() {
    print!("{}", betstream_telemetry::measures::document::table());
}
