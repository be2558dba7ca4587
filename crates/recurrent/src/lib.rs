//! Layer 2 of unrolled: time. Whole sequences forward and backward, over layers, directions and lengths, written once for all cells.

#![cfg_attr(all(target_arch = "wasm32", not(feature = "std")), no_std)]

extern crate alloc;

mod checkpoints;
mod dims;
mod network;
mod packed;
#[cfg(feature = "std")]
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
