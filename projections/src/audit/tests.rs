mod causing;
mod finding;
mod given;
mod indexing;
