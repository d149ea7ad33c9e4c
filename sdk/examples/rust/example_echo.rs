//! A provider in Rust: answers a chat by itself, with the size of the request. Shows a provider, streams, options and how a panic is kept
//! in; needs no crates.
//!
//!     rustc --edition 2021 --crate-type cdylib example_echo.rs

use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};

// What of patchbay.h this module uses. The structures must be as they are there.

const C_ABI: u32 = 1;
const KIND_PROVIDER: u32 = 4;
const ROLE_PREAMBLE: i32 = 0;
const ROLE_CONTENT: i32 = 1;
const ROLE_FINISH: i32 = 2;
const ROLE_TERMINATOR: i32 = 4;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Text {
    data: *const u8,
    size: usize,
}

impl Text {
    fn of(text: &str) -> Text {
        Text { data: text.as_ptr(), size: text.len() }
    }

    /// Valid during the call that brought it.
    unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.size == 0 {
            return &[];
        }
        std::slice::from_raw_parts(self.data, self.size)
    }

    unsafe fn string(self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }
}

#[repr(C)]
pub struct Host {
    struct_size: u32,
    log: extern "C" fn(*const Host, i32, Text),
    now: extern "C" fn(*const Host) -> i64,
    wall_time: extern "C" fn(*const Host) -> i64,
}

#[repr(C)]
pub struct CallResult {
    struct_size: u32,
    json: extern "C" fn(*mut CallResult, Text),
    fail: extern "C" fn(*mut CallResult, Text),
    fault: extern "C" fn(*mut CallResult, Text, Text),
}

/// A function that this module does not have.
type Absent = *const c_void;

#[repr(C)]
pub struct Module {
    struct_size: u32,
    kind: u32,
    name: *const c_char,
    summary: *const c_char,
    status: *const c_char,
    manual: *const c_char,
    config_schema: *const c_char,
    create: extern "C" fn(Text, *const Host, *mut CallResult) -> *mut c_void,
    destroy: extern "C" fn(*mut c_void),
    self_check: Absent,
    bridges: Absent,
    answers: Absent,
    connect: Absent,
    close: Absent,
    request: Absent,
    reply: Absent,
    response: Absent,
    event: Absent,
    end: Absent,
    error: Absent,
    protocol: extern "C" fn(*const c_void) -> *const c_char,
    serves: Absent,
    credentials: Absent,
    models: extern "C" fn(*const c_void, *mut CallResult),
    describe: extern "C" fn(*const c_void, Text, Text, *mut CallResult),
    explain: Absent,
    role: extern "C" fn(*const c_void, Text, Text) -> i32,
}

#[repr(C)]
pub struct Plugin {
    struct_size: u32,
    c_abi: u32,
    id: *const c_char,
    version: *const c_char,
    vendor: *const c_char,
    license: *const c_char,
    modules: *const *const Module,
    module_count: u32,
}

// They point to what never changes.
unsafe impl Sync for Module {}
unsafe impl Sync for Plugin {}
#[repr(transparent)]
struct Modules([*const Module; 1]);
unsafe impl Sync for Modules {}

#[repr(C, align(4))]
struct Note {
    name_size: u32,
    text_size: u32,
    kind: u32,
    name: [u8; 12],
    text: [u8; 512],
}

const fn padded<const N: usize>(text: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    let mut i = 0;
    while i < text.len() {
        bytes[i] = text[i];
        i += 1;
    }
    bytes
}

#[used]
#[link_section = ".note.patchbay.stamp"]
static STAMP: Note =
    Note { name_size: 9, text_size: 512, kind: 1, name: padded(b"patchbay\0"), text: padded(b"c_abi=1;pointer_size=8;") };

/// A string of C.
macro_rules! c {
    ($text:expr) => {
        concat!($text, "\0").as_ptr() as *const c_char
    };
}

// The module itself.

/// One configuration, shared by all requests.
struct Echo {
    greeting: String,
}

/// The string that a member of a JSON object has, without its quotes and with its escapes: ready to stand in another string.
fn string_member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    let key = format!("\"{}\":\"", name);
    let begin = object.find(&key)? + key.len();
    let mut escaped = false;
    for (at, c) in object[begin..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(&object[begin..begin + at]),
            _ => {}
        }
    }
    None
}

fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            c if (c as u32) < 0x20 => json.push_str(&format!("\\u{:04x}", c as u32)),
            c => json.push(c),
        }
    }
    json.push('"');
    json
}

impl Echo {
    fn words(&self, request: &str) -> String {
        // "body" is the last member of a request.
        let body = request.find(",\"body\":").map_or(0, |at| request.len() - at - 9);
        format!("{}, your request has {} bytes", self.greeting, body)
    }

    fn whole(&self, request: &str) -> String {
        let body = format!(
            "{{\"id\":\"echo\",\"object\":\"chat.completion\",\"created\":0,\"model\":\"echo\",\"choices\":[{{\"index\":0,\"message\":{{\"role\":\"assistant\",\
             \"content\":\"{}\"}},\"finish_reason\":\"stop\"}}]}}",
            self.words(request)
        );
        format!("{{\"answer\":{{\"headers\":[[\"content-type\",\"application/json\"]],\"pieces\":[{{\"text\":{}}}]}}}}", quoted(&body))
    }

    fn stream(&self, request: &str) -> String {
        let chunk = |delta: &str, reason: &str| {
            format!(
                "data: {{\"id\":\"echo\",\"object\":\"chat.completion.chunk\",\"created\":0,\"model\":\"echo\",\"choices\":[{{\"index\":0,\"delta\":{},\
                 \"finish_reason\":{}}}]}}\n\n",
                delta, reason
            )
        };
        let mut events = vec![chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null")];
        for word in self.words(request).split_inclusive(' ') {
            events.push(chunk(&format!("{{\"content\":\"{}\"}}", word), "null"));
        }
        events.push(chunk("{}", "\"stop\""));
        events.push(String::from("data: [DONE]\n\n"));
        let pieces: Vec<String> = events.iter().map(|event| format!("{{\"text\":{}}}", quoted(event))).collect();
        format!("{{\"answer\":{{\"headers\":[[\"content-type\",\"text/event-stream\"]],\"pieces\":[{}]}}}}", pieces.join(","))
    }
}

/// Runs what may panic; a panic must not leave the module.
fn kept_in<T>(result: *mut CallResult, otherwise: T, work: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        unsafe { ((*result).fail)(result, Text::of("it panicked")) };
        otherwise
    })
}

extern "C" fn create(config: Text, _host: *const Host, result: *mut CallResult) -> *mut c_void {
    kept_in(result, std::ptr::null_mut(), || {
        let config = unsafe { config.string() };
        let greeting = string_member(&config, "greeting").unwrap_or("Hello");
        if greeting.is_empty() {
            unsafe { ((*result).fault)(result, Text::of("/greeting"), Text::of("must not be empty")) };
            return std::ptr::null_mut();
        }
        Box::into_raw(Box::new(Echo { greeting: greeting.to_string() })) as *mut c_void
    })
}

extern "C" fn destroy(module: *mut c_void) {
    drop(unsafe { Box::from_raw(module as *mut Echo) });
}

extern "C" fn protocol(_module: *const c_void) -> *const c_char {
    c!("openai-chat")
}

extern "C" fn models(_module: *const c_void, result: *mut CallResult) {
    unsafe { ((*result).json)(result, Text::of("[\"echo\"]")) };
}

extern "C" fn describe(module: *const c_void, request: Text, _credential: Text, result: *mut CallResult) {
    kept_in(result, (), || {
        let echo = unsafe { &*(module as *const Echo) };
        let request = unsafe { request.string() };
        let head = &request[..request.find(",\"body\":").unwrap_or(0)];
        let exchange = if head.contains("\"stream\":true") { echo.stream(&request) } else { echo.whole(&request) };
        unsafe { ((*result).json)(result, Text::of(&exchange)) };
    })
}

extern "C" fn role(_module: *const c_void, _name: Text, data: Text) -> i32 {
    let data = unsafe { data.bytes() };
    let has = |wanted: &[u8]| data.windows(wanted.len()).any(|part| part == wanted);
    if data == b"[DONE]" {
        ROLE_TERMINATOR
    } else if has(b"\"finish_reason\":\"stop\"") {
        ROLE_FINISH
    } else if has(b"\"role\":\"assistant\"") {
        ROLE_PREAMBLE
    } else {
        ROLE_CONTENT
    }
}

static ECHO: Module = Module {
    struct_size: std::mem::size_of::<Module>() as u32,
    kind: KIND_PROVIDER,
    name: c!("example-echo"),
    summary: c!("Answers with the size of the request; an example in Rust"),
    status: c!("experimental"),
    manual: c!("Answers a chat by itself: a greeting and the size of the request.\n\n    [library.echo]\n    type = \"example-echo\"\n    config = { greeting = \"Good day\" }\n"),
    config_schema: c!("{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"greeting\":{\"type\":\"string\",\"default\":\"Hello\",\"description\":\"What it says first.\"}}}"),
    create,
    destroy,
    self_check: std::ptr::null(),
    bridges: std::ptr::null(),
    answers: std::ptr::null(),
    connect: std::ptr::null(),
    close: std::ptr::null(),
    request: std::ptr::null(),
    reply: std::ptr::null(),
    response: std::ptr::null(),
    event: std::ptr::null(),
    end: std::ptr::null(),
    error: std::ptr::null(),
    protocol,
    serves: std::ptr::null(),
    credentials: std::ptr::null(),
    models,
    describe,
    explain: std::ptr::null(),
    role,
};

static MODULES: Modules = Modules([&ECHO]);

static PLUGIN: Plugin = Plugin {
    struct_size: std::mem::size_of::<Plugin>() as u32,
    c_abi: C_ABI,
    id: c!("dev.patchbay.example-echo"),
    version: c!("1.0.0"),
    vendor: c!("Patchbay"),
    license: c!("MIT"),
    modules: MODULES.0.as_ptr(),
    module_count: 1,
};

#[no_mangle]
pub extern "C" fn patchbay_c_plugin_entry_v1() -> *const Plugin {
    &PLUGIN
}
