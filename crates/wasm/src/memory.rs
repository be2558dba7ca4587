//! Memory of the core that TypeScript owns.

use alloc::alloc::{alloc, dealloc, Layout};
use wasm_bindgen::prelude::wasm_bindgen;

/// Every block is aligned for vector loads.
const ALIGNMENT: usize = 16;

fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes.max(ALIGNMENT), ALIGNMENT).ok()
}

/// A block of `bytes`, not initialised; 0 if there is no memory for it, in which case nothing has changed.
#[wasm_bindgen]
pub fn allocate(bytes: usize) -> usize {
    // SAFETY: the size is never zero.
    layout(bytes).map_or(0, |layout| unsafe { alloc(layout) } as usize)
}

/// Gives back a block of [`allocate`], with the size it was asked for.
#[wasm_bindgen]
pub fn release(pointer: usize, bytes: usize) {
    if let Some(layout) = layout(bytes) {
        // SAFETY: TypeScript pairs every release with the allocation it names (ts/wasm/memory.ts).
        unsafe { dealloc(pointer as *mut u8, layout) }
    }
}
