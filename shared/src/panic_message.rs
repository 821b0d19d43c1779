//! What a caught panic said.

use std::any::Any;

/// The words of a panic, from what `catch_unwind` returns.
///
/// ```
/// let panic = std::panic::catch_unwind(|| panic!("out of {}", "fuel")).unwrap_err();
/// assert_eq!(kinetrace::__private::panic_message(&*panic), "out of fuel");
/// ```
pub fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("with a value that is not text")
}
