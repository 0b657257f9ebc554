//! What the standard library of the language has, as far as suggestions and completion need it.

/// A function of the language's own library.
#[derive(Debug)]
pub struct Standard {
    /// Its name.
    pub name: &'static str,
    /// What it is called on.
    pub of: Of,
    /// How it is called.
    pub signature: &'static str,
}

/// What a function is called on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Nothing: it stands by itself.
    Nothing,
    /// A list.
    List,
    /// A text, a map, a number.
    Other,
}

const fn alone(name: &'static str, signature: &'static str) -> Standard {
    Standard { name, of: Of::Nothing, signature }
}

const fn list(name: &'static str, signature: &'static str) -> Standard {
    Standard { name, of: Of::List, signature }
}

const fn other(name: &'static str, signature: &'static str) -> Standard {
    Standard { name, of: Of::Other, signature }
}

/// Functions that people call by name.
pub const STANDARD: &[Standard] = &[
    alone("max", "max(a, b)"),
    alone("min", "min(a, b)"),
    alone("parse_float", "parse_float(text)"),
    alone("parse_int", "parse_int(text)"),
    alone("parse_json", "parse_json(text)"),
    alone("print", "print(value)"),
    alone("range", "range(from, to)  range(from, to, step)"),
    alone("type_of", "type_of(value)"),
    list("all", "list.all(|x| …)"),
    list("append", "list.append(other)"),
    list("clear", "list.clear()"),
    list("contains", "list.contains(value)"),
    list("dedup", "list.dedup()"),
    list("drain", "list.drain(|x| …)"),
    list("extract", "list.extract(start)  list.extract(start, length)"),
    list("filter", "list.filter(|x| …)"),
    list("find", "list.find(|x| …)"),
    list("find_map", "list.find_map(|x| …)"),
    list("for_each", "list.for_each(|| …)"),
    list("index_of", "list.index_of(value)  list.index_of(|x| …)"),
    list("insert", "list.insert(index, value)"),
    list("is_empty", "list.is_empty()"),
    list("len", "list.len()"),
    list("map", "list.map(|x| …)"),
    list("none", "list.none(|x| …)"),
    list("pad", "list.pad(length, value)"),
    list("pop", "list.pop()"),
    list("push", "list.push(value)"),
    list("reduce", "list.reduce(|sum, x| …, start)"),
    list("remove", "list.remove(index)"),
    list("retain", "list.retain(|x| …)"),
    list("reverse", "list.reverse()"),
    list("shift", "list.shift()"),
    list("some", "list.some(|x| …)"),
    list("sort", "list.sort()  list.sort(|a, b| …)"),
    list("truncate", "list.truncate(length)"),
    list("zip", "list.zip(other, |x, y| …)"),
    other("abs", "number.abs()"),
    other("ceiling", "number.ceiling()"),
    other("chars", "text.chars()"),
    other("contains", "text.contains(part)  map.contains(name)"),
    other("ends_with", "text.ends_with(part)"),
    other("floor", "number.floor()"),
    other("get", "map.get(name)"),
    other("int", "number.int()"),
    other("is_empty", "text.is_empty()"),
    other("keys", "map.keys()"),
    other("len", "text.len()  map.len()"),
    other("remove", "map.remove(name)"),
    other("replace", "text.replace(part, with)"),
    other("round", "number.round()"),
    other("set", "map.set(name, value)"),
    other("split", "text.split(at)"),
    other("starts_with", "text.starts_with(part)"),
    other("sub_string", "text.sub_string(start, length)"),
    other("to_array", "text.to_array()"),
    other("to_float", "number.to_float()"),
    other("to_int", "number.to_int()"),
    other("to_json", "map.to_json()"),
    other("to_lower", "text.to_lower()"),
    other("to_string", "value.to_string()"),
    other("to_upper", "text.to_upper()"),
    other("trim", "text.trim()"),
    other("values", "map.values()"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_call_what_they_are_of() {
        for Standard { name, of, signature } in STANDARD {
            let call = match of {
                Of::Nothing => format!("{name}("),
                Of::List => format!("list.{name}("),
                Of::Other => format!(".{name}("),
            };
            assert!(signature.split("  ").all(|form| form.contains(&call)), "{name}: {signature}");
        }
    }
}
