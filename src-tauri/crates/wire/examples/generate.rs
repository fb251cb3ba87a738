//! Writes `ui/src/generated/api.ts` (or the file named as argument) from the operation table.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use ts_rs::{Config, TS, TypeVisitor};
use wire::operation::{TABLE, visit_types};

struct Declarations {
    config: Config,
    found: BTreeMap<String, (Option<String>, String)>,
    seen: HashSet<TypeId>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            self.found.insert(T::ident(&self.config), (T::docs(), T::decl(&self.config)));
        }
        T::visit_generics(self);
        T::visit_dependencies(self);
    }
}

fn main() -> std::io::Result<()> {
    let target = std::env::args().nth(1).unwrap_or_else(|| "ui/src/generated/api.ts".to_owned());
    let config = Config::new().with_large_int("number");
    let mut declarations = Declarations { config, found: BTreeMap::new(), seen: HashSet::new() };
    visit_types(&mut declarations);
    let mut text =
        String::from("// Generated from the operation table in src-tauri/crates/wire by `cargo xtask generate`. Do not edit.\n\n");
    for (docs, declaration) in declarations.found.values() {
        if let Some(docs) = docs {
            text.push_str(docs);
        }
        let _ = writeln!(text, "export {declaration}\n");
    }
    text.push_str("/** Every operation with its request and response. */\nexport type Operations = {\n");
    for row in TABLE {
        let _ = writeln!(
            text,
            "  /** {} */\n  '{}': {{ request: {}; response: {} }};",
            row.doc.trim(),
            row.name,
            (row.request)(),
            (row.response)()
        );
    }
    text.push_str("};\n\n/** What each operation may do. */\nexport const CLASSES = {\n");
    for row in TABLE {
        let _ = writeln!(text, "  '{}': '{}',", row.name, format!("{:?}", row.class).to_lowercase());
    }
    text.push_str("} as const satisfies Record<keyof Operations, Class>;\n");
    let class = "export type Class = 'read' | 'write' | 'destructive' | 'secret';\n\n";
    text = text.replacen("/** Every operation", &format!("{class}/** Every operation"), 1);
    std::fs::write(target, text)
}
