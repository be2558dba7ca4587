//! Layer 2 of unrolled: time. Whole sequences forward and backward, over layers, directions and lengths, written once for all cells.

mod checkpoints;
mod dims;
mod network;
mod packed;
pub mod reference;
mod run;
mod saved;
mod scratch;
mod sequence;

pub use dims::Dims;
pub use network::{Backward, ChunkRows, Dropout, Extras, Forward, Network, States};
pub use packed::{NormParameters, Parameters, Part};
pub use run::RunGradients;
pub use sequence::Sequence;
