//! The core's heap. Its blocks are few and large (weights, gradients, states, arenas), and whoever frees one knows its size: so a list of the free
//! places is enough, in the order of their addresses, each joined with its neighbours, and a block has no header. It is a tenth of the usual
//! allocator's code.

use core::ptr::null_mut;

/// Every block begins and ends at a multiple of this: what a vector load likes, and room for a [`Free`].
pub const GRAIN: usize = 16;

/// A free place, which it lies in itself.
struct Free {
    size: usize,
    next: *mut Free,
}

/// Where a heap gets its memory from.
pub trait Source {
    /// Where the next fresh memory would begin.
    fn end(&self) -> *mut u8;

    /// Fresh memory of at least `bytes`: its address and its size, both multiples of [`GRAIN`].
    fn grow(&mut self, bytes: usize) -> Option<(*mut u8, usize)>;
}

pub struct Heap<S> {
    free: *mut Free,
    source: S,
}

impl<S: Source> Heap<S> {
    pub const fn new(source: S) -> Self {
        Self { free: null_mut(), source }
    }

    /// A block of `size` bytes, not initialised; null if there is no memory for it, in which case nothing has changed.
    #[inline(never)]
    pub fn allocate(&mut self, size: usize) -> *mut u8 {
        let Some(size) = round_up(size) else { return null_mut() };
        let block = self.take(size);
        if !block.is_null() {
            return block;
        }
        let Some((memory, bytes)) = self.source.grow(size - self.free_at_end()) else { return null_mut() };
        // SAFETY: fresh memory.
        unsafe { self.release(memory, bytes) };
        self.take(size)
    }

    /// Bytes that are free where the memory will grow.
    fn free_at_end(&self) -> usize {
        let mut place = self.free;
        // SAFETY: every link leads to a free place, or is null.
        unsafe {
            while !place.is_null() {
                let Free { size, next } = place.read();
                if place.byte_add(size) as *mut u8 == self.source.end() {
                    return size;
                }
                place = next;
            }
        }
        0
    }

    /// The least free place that holds `size` bytes, of these the first; the rest of it stays free.
    fn take(&mut self, size: usize) -> *mut u8 {
        // SAFETY: every link leads to a free place, or is null.
        unsafe {
            let mut best: *mut *mut Free = null_mut();
            let mut link: *mut *mut Free = &mut self.free;
            while !(*link).is_null() {
                if (**link).size >= size && (best.is_null() || (**link).size < (**best).size) {
                    best = link;
                }
                link = &mut (**link).next;
            }
            if best.is_null() {
                return null_mut();
            }
            let place = *best;
            let Free { size: room, next } = place.read();
            *best = next;
            if room > size {
                let rest = place.byte_add(size);
                rest.write(Free { size: room - size, next });
                *best = rest;
            }
            place as *mut u8
        }
    }

    /// Gives a block back.
    ///
    /// # Safety
    /// `block` is of [`Heap::allocate`] with the same `size`, and nothing uses it any more.
    #[inline(never)]
    pub unsafe fn release(&mut self, block: *mut u8, size: usize) {
        let place = block as *mut Free;
        // SAFETY: by contract the block is no part of a free place, and has room for one.
        unsafe {
            // What allocate could round up, release can.
            let mut size = round_up(size).unwrap_or(0);
            let mut before: *mut Free = null_mut();
            let mut next = self.free;
            while !next.is_null() && next < place {
                before = next;
                next = (*next).next;
            }
            if place.byte_add(size) == next {
                let following = next.read();
                (size, next) = (size + following.size, following.next);
            }
            if before.is_null() {
                self.free = place;
            } else if before.byte_add((*before).size) == place {
                (*before).size += size;
                (*before).next = next;
                return;
            } else {
                (*before).next = place;
            }
            place.write(Free { size, next });
        }
    }
}

/// To a multiple of [`GRAIN`], at least one; nothing if that is no number.
fn round_up(size: usize) -> Option<usize> {
    size.max(1).checked_next_multiple_of(GRAIN)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use alloc::boxed::Box;
    use alloc::vec::Vec;
    use unrolled_kernels::testing::Random;

    const MEMORY: usize = 1 << 16;

    #[repr(align(16))]
    struct Memory([u8; MEMORY]);

    /// Memory that is handed out in pieces, one after the other.
    struct Pieces {
        memory: Box<Memory>,
        taken: usize,
        piece: usize,
    }

    impl Source for Pieces {
        fn end(&self) -> *mut u8 {
            self.memory.0.as_ptr().wrapping_add(self.taken) as *mut u8
        }

        fn grow(&mut self, bytes: usize) -> Option<(*mut u8, usize)> {
            let size = bytes.next_multiple_of(self.piece);
            let start = self.taken;
            self.taken = start.checked_add(size).filter(|end| *end <= MEMORY).unwrap_or(start);
            // SAFETY: start ≤ MEMORY.
            (self.taken > start).then(|| (unsafe { self.memory.0.as_mut_ptr().add(start) }, size))
        }
    }

    fn heap(piece: usize) -> Heap<Pieces> {
        Heap::new(Pieces { memory: Box::new(Memory([0; MEMORY])), taken: 0, piece })
    }

    /// The free places: offsets and sizes.
    fn places(heap: &Heap<Pieces>) -> Vec<(usize, usize)> {
        let base = heap.source.memory.0.as_ptr() as usize;
        let mut places = Vec::new();
        let mut place = heap.free;
        while !place.is_null() {
            // SAFETY: a free place of the heap.
            let Free { size, next } = unsafe { place.read() };
            places.push((place as usize - base, size));
            place = next;
        }
        places
    }

    #[test]
    fn blocks_keep_what_is_written_to_them_and_all_memory_is_one_place_again_at_the_end() {
        let (mut heap, mut random) = (heap(4096), Random::new(1));
        let mut blocks: Vec<(*mut u8, usize, u8)> = Vec::new();
        for turn in 0..20_000 {
            if random.below(2) == 0 {
                let (size, mark) = (random.below(3000), turn as u8);
                let block = heap.allocate(size);
                if !block.is_null() {
                    assert_eq!(block as usize % GRAIN, 0);
                    // SAFETY: a fresh block of this size.
                    unsafe { block.write_bytes(mark, size) };
                    blocks.push((block, size, mark));
                }
            } else if !blocks.is_empty() {
                let (block, size, mark) = blocks.swap_remove(random.below(blocks.len()));
                // SAFETY: a block of this size, released once.
                unsafe {
                    assert!(core::slice::from_raw_parts(block, size).iter().all(|&byte| byte == mark), "turn {turn}");
                    heap.release(block, size);
                }
            }
        }
        // SAFETY: as above.
        blocks.into_iter().for_each(|(block, size, _)| unsafe { heap.release(block, size) });
        assert_eq!(places(&heap), [(0, heap.source.taken)]);
    }

    #[test]
    fn the_least_place_that_is_large_enough_is_taken() {
        let mut heap = heap(MEMORY);
        let sizes = [160, 16, 48, 16, 64, 16];
        let blocks = sizes.map(|size| heap.allocate(size));
        for at in [0, 2, 4] {
            // SAFETY: a block of this size, released once.
            unsafe { heap.release(blocks[at], sizes[at]) };
        }
        assert_eq!(heap.allocate(50), blocks[4]);
        assert_eq!(heap.allocate(33), blocks[2]);
        assert_eq!(heap.allocate(33), blocks[0]);
        assert_eq!(places(&heap), [(48, 112), (320, MEMORY - 320)]);
    }

    #[test]
    fn what_does_not_fit_is_null_and_changes_nothing() {
        let mut heap = heap(16);
        let block = heap.allocate(100);
        for size in [MEMORY, usize::MAX, usize::MAX - GRAIN] {
            assert!(heap.allocate(size).is_null());
        }
        assert_eq!((places(&heap), heap.source.taken), (Vec::new(), 112));
        // SAFETY: a block of this size, released once.
        unsafe { heap.release(block, 100) };
        assert_eq!(heap.allocate(112), block);
    }

    #[test]
    fn what_is_free_at_the_end_is_used_before_the_memory_grows() {
        let mut heap = heap(16);
        let block = heap.allocate(160);
        // SAFETY: a block of this size, released once.
        unsafe { heap.release(block, 160) };
        assert_eq!((heap.allocate(400), heap.source.taken), (block, 400));
    }

    #[test]
    fn no_bytes_are_a_block_of_their_own() {
        let mut heap = heap(1024);
        let (first, second) = (heap.allocate(0), heap.allocate(0));
        assert!(!first.is_null() && !second.is_null() && first != second);
    }
}
