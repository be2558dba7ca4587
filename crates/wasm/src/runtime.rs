//! What Rust's standard library would bring: memory, and what happens at a panic.
//!
//! With the standard library a panic writes its message, which nobody can read in WebAssembly, and then traps. The code that formats the messages,
//! and an allocator for programs of any kind, were a tenth of the core.

use crate::heap::{Heap, Source, GRAIN};
use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size, unreachable};
use core::cell::UnsafeCell;
use core::panic::PanicInfo;
use core::ptr::null_mut;

const PAGE: usize = 1 << 16;

/// Pages that the engine adds at the end of the memory.
struct Pages;

impl Source for Pages {
    fn end(&self) -> *mut u8 {
        memory_size::<0>().wrapping_mul(PAGE) as *mut u8
    }

    fn grow(&mut self, bytes: usize) -> Option<(*mut u8, usize)> {
        let pages = bytes.div_ceil(PAGE);
        let first = memory_grow::<0>(pages);
        // A pointer to the end of all 4 GiB would be 0: the last grain is never used.
        (first != usize::MAX).then(|| ((first * PAGE) as *mut u8, (pages * PAGE).min(usize::MAX - GRAIN + 1 - first * PAGE)))
    }
}

struct Allocator(UnsafeCell<Heap<Pages>>);

// SAFETY: there is one thread.
unsafe impl Sync for Allocator {}

#[global_allocator]
static ALLOCATOR: Allocator = Allocator(UnsafeCell::new(Heap::new(Pages)));

// SAFETY: blocks of the heap do not overlap. It has one user at a time: there is one thread, and the heap calls nobody who allocates.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > GRAIN {
            return null_mut();
        }
        // SAFETY: see above.
        unsafe { (*self.0.get()).allocate(layout.size()) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: by contract the block is of `alloc` with this layout.
        unsafe { (*self.0.get()).release(block, layout.size()) }
    }
}

/// Traps; TypeScript makes an error of it (ts/wasm/core.ts).
#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    unreachable()
}
