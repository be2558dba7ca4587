//! What this build of the core is.

use wasm_bindgen::prelude::wasm_bindgen;

/// Whether it was built with relaxed SIMD, that is with fused multiply-add.
#[wasm_bindgen]
pub fn relaxed_simd() -> bool {
    cfg!(target_feature = "relaxed-simd")
}
