//! From numbers to slices. TypeScript has checked every size against the memory it passes (ts/wasm), and keeps what it passes alive.

/// # Safety
/// `pointer` is valid for reading `len` values while the slice lives, and nothing writes there.
pub unsafe fn read<'a, T>(pointer: usize, len: usize) -> &'a [T] {
    if len == 0 {
        return &[];
    }
    // SAFETY: by contract.
    unsafe { core::slice::from_raw_parts(pointer as *const T, len) }
}

/// # Safety
/// `pointer` is valid for reading and writing `len` values while the slice lives, and nothing else touches them.
pub unsafe fn write<'a, T>(pointer: usize, len: usize) -> &'a mut [T] {
    if len == 0 {
        return &mut [];
    }
    // SAFETY: by contract.
    unsafe { core::slice::from_raw_parts_mut(pointer as *mut T, len) }
}

/// [`read`], or none for the pointer 0.
///
/// # Safety
/// That of [`read`].
pub unsafe fn read_if<'a, T>(pointer: usize, len: usize) -> Option<&'a [T]> {
    // SAFETY: by contract.
    (pointer != 0).then(|| unsafe { read(pointer, len) })
}

/// [`write`], or none for the pointer 0.
///
/// # Safety
/// That of [`write`].
pub unsafe fn write_if<'a, T>(pointer: usize, len: usize) -> Option<&'a mut [T]> {
    // SAFETY: by contract.
    (pointer != 0).then(|| unsafe { write(pointer, len) })
}

/// [`write`], holding what is at `source`, which may be `target` itself: kernels work in place, TypeScript from one array into another.
///
/// # Safety
/// That of [`write`], and `source` is valid for reading `len` values.
pub unsafe fn write_copy<'a>(source: usize, target: usize, len: usize) -> &'a mut [f32] {
    // SAFETY: by contract; the two may overlap.
    unsafe {
        core::ptr::copy(source as *const f32, target as *mut f32, len);
        write(target, len)
    }
}
