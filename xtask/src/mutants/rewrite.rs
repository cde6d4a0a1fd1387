//! Rewrites a source file so that many mutants are compiled in at once, each behind `crate::mutant_switch::on(number)`.
//!
//! Text is only inserted, so everything that no mutant changes stays as it was written. Code that runs in the compiler cannot ask the
//! switch, so its mutants are left out. A `const fn` that only the program runs is made an ordinary one.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::list::{Genre, Mutant, Position};

/// A file with its mutants behind switches.
pub(super) struct Rewritten {
    pub(super) text: String,
    /// Which mutants are in it, and where in the text each one's code is.
    pub(super) places: Vec<(Range<usize>, usize)>,
    /// Mutants that no compiler accepts: `||` next to a `let`.
    pub(super) refused: Vec<usize>,
}

/// Puts those of a file's mutants in that can be switched, each by its number. `constant` are the names of functions that the compiler
/// runs.
pub(super) fn rewrite(
    source: &str,
    mutants: impl IntoIterator<Item = (usize, Mutant)>,
    constant: &BTreeSet<String>,
) -> Result<Rewritten, syn::Error> {
    let file = syn::parse_file(source)?;
    let mut rewriter = Rewriter::new(source, Some(constant));
    for (number, mutant) in mutants {
        if !mutant.changes_the_type() {
            let here = rewriter.mutants.entry((mutant.genre, mutant.start()));
            here.or_default().push((number, mutant.replacement));
        }
    }
    rewriter.visit_file(&file);
    Ok(rewriter.finish())
}

/// The names that are used where the compiler evaluates. Without `constant`, it may run every `const fn` of this file.
pub(super) fn used_by_the_compiler(
    file: &syn::File,
    constant: Option<&BTreeSet<String>>,
) -> BTreeSet<String> {
    let mut rewriter = Rewriter::new("", constant);
    rewriter.visit_file(file);
    rewriter.used
}

struct Rewriter<'s> {
    source: &'s str,
    /// By what they change and where it begins: their numbers and replacements.
    mutants: HashMap<(Genre, Position), Vec<(usize, String)>>,
    /// The names of functions that the compiler runs; all, if it is not given.
    constant: Option<&'s BTreeSet<String>>,
    /// How many of the surrounding items are evaluated by the compiler.
    depth: usize,
    /// The names inside these.
    used: BTreeSet<String>,
    inserts: Vec<Insert>,
    refused: Vec<usize>,
}

struct Insert {
    at: usize,
    text: String,
    mutant: Option<usize>,
}

fn on(mutant: usize) -> String {
    format!("crate::mutant_switch::on({mutant})")
}

impl<'s> Rewriter<'s> {
    fn new(source: &'s str, constant: Option<&'s BTreeSet<String>>) -> Self {
        Self {
            source,
            mutants: HashMap::new(),
            constant,
            depth: 0,
            used: BTreeSet::new(),
            inserts: Vec::new(),
            refused: Vec::new(),
        }
    }

    fn finish(mut self) -> Rewritten {
        // What encloses was inserted first at its start, and last at its end, so the sort must be stable.
        self.inserts.sort_by_key(|insert| insert.at);
        let (mut text, mut places, mut copied) = (String::new(), Vec::new(), 0);
        for insert in self.inserts {
            text += self.source.get(copied..insert.at).unwrap_or_default();
            copied = insert.at;
            let start = text.len();
            text += &insert.text;
            places.extend(insert.mutant.map(|mutant| (start..text.len(), mutant)));
        }
        text += self.source.get(copied..).unwrap_or_default();
        let refused = self.refused;
        Rewritten {
            text,
            places,
            refused,
        }
    }

    fn take(&mut self, genre: Genre, span: Span) -> Vec<(usize, String)> {
        if self.depth > 0 {
            return Vec::new();
        }
        let start = span.start();
        let (line, column) = (start.line, start.column + 1);
        let key = (genre, Position { line, column });
        self.mutants.remove(&key).unwrap_or_default()
    }

    fn insert(&mut self, at: usize, text: impl Into<String>, mutant: Option<usize>) {
        let text = text.into();
        self.inserts.push(Insert { at, text, mutant });
    }

    fn text(&self, range: Range<usize>) -> &str {
        self.source.get(range).unwrap_or_default()
    }

    /// Whatever is inside is evaluated by the compiler if this is constant.
    fn inside(&mut self, constant: bool, visit: impl FnOnce(&mut Self)) {
        self.depth += usize::from(constant);
        visit(self);
        self.depth -= usize::from(constant);
    }

    /// Visits a function, whose `const` is commented out if the compiler does not run it.
    fn function(&mut self, signature: &syn::Signature, visit: impl FnOnce(&mut Self)) {
        let name = signature.ident.to_string();
        let is_constant = |names: &BTreeSet<String>| names.contains(&name);
        let is_constant = self.constant.is_none_or(is_constant);
        if let (Some(word), false) = (&signature.constness, is_constant) {
            let word = word.span().byte_range();
            self.insert(word.start, "/* ", None);
            self.insert(word.end, " */", None);
        }
        self.inside(signature.constness.is_some() && is_constant, visit);
    }

    fn uses(&mut self, name: &syn::Ident) {
        if self.depth > 0 {
            self.used.insert(name.to_string());
        }
    }

    fn uses_all(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => self.uses(&name),
                TokenTree::Group(group) => self.uses_all(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// Before the first statement, after the attributes of the function that are written inside it.
    fn body(&mut self, block: &syn::Block) {
        let Some(first) = block.stmts.first() else {
            return;
        };
        for (mutant, value) in self.take(Genre::FnValue, first.span()) {
            let text = format!("if {} {{ return {value}; }} ", on(mutant));
            self.insert(first.span().byte_range().start, text, Some(mutant));
        }
    }

    /// Puts other expressions in front of one, and visits what is inside it.
    fn choose(
        &mut self,
        range: Range<usize>,
        others: Vec<(usize, String)>,
        visit: impl FnOnce(&mut Self),
    ) {
        if others.is_empty() {
            return visit(self);
        }
        self.insert(range.start, "(", None);
        for (mutant, other) in others {
            let text = format!("if {} {{ {other} }} else ", on(mutant));
            self.insert(range.start, text, Some(mutant));
        }
        self.insert(range.start, "{ ", None);
        visit(self);
        self.insert(range.end, " })", None);
    }
}

/// Whether a macro may make something constant.
fn has_const(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == "const" || name == "static",
        TokenTree::Group(group) => has_const(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Whether it is a condition that binds variables, alone or in a chain.
fn has_let(condition: &syn::Expr) -> bool {
    match condition {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

impl<'a> Visit<'a> for Rewriter<'_> {
    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        self.inside(true, |inside| visit::visit_item_const(inside, item));
    }

    fn visit_impl_item_const(&mut self, item: &'a syn::ImplItemConst) {
        self.inside(true, |inside| visit::visit_impl_item_const(inside, item));
    }

    fn visit_trait_item_const(&mut self, item: &'a syn::TraitItemConst) {
        self.inside(true, |inside| visit::visit_trait_item_const(inside, item));
    }

    fn visit_item_static(&mut self, item: &'a syn::ItemStatic) {
        self.inside(true, |inside| visit::visit_item_static(inside, item));
    }

    fn visit_variant(&mut self, variant: &'a syn::Variant) {
        self.inside(true, |inside| visit::visit_variant(inside, variant));
    }

    fn visit_expr_const(&mut self, block: &'a syn::ExprConst) {
        self.inside(true, |inside| visit::visit_expr_const(inside, block));
    }

    /// The length of an array.
    fn visit_type(&mut self, kind: &'a syn::Type) {
        self.inside(true, |inside| visit::visit_type(inside, kind));
    }

    fn visit_generic_argument(&mut self, argument: &'a syn::GenericArgument) {
        self.inside(true, |inside| {
            visit::visit_generic_argument(inside, argument);
        });
    }

    fn visit_expr_repeat(&mut self, array: &'a syn::ExprRepeat) {
        self.visit_expr(&array.expr);
        self.inside(true, |inside| inside.visit_expr(&array.len));
    }

    fn visit_expr_path(&mut self, path: &'a syn::ExprPath) {
        if let Some(last) = path.path.segments.last() {
            self.uses(&last.ident);
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        self.uses(&call.method);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item_macro(&mut self, item: &'a syn::ItemMacro) {
        self.inside(has_const(item.mac.tokens.clone()), |inside| {
            visit::visit_item_macro(inside, item);
        });
    }

    fn visit_macro(&mut self, called: &'a syn::Macro) {
        if self.depth > 0 {
            self.uses_all(called.tokens.clone());
        }
        visit::visit_macro(self, called);
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.function(&item.sig, |inside| {
            inside.body(&item.block);
            visit::visit_item_fn(inside, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.function(&item.sig, |inside| {
            inside.body(&item.block);
            visit::visit_impl_item_fn(inside, item);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.body(block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_expr_binary(&mut self, binary: &'a syn::ExprBinary) {
        let mut mutants = self.take(Genre::BinaryOperator, binary.op.span());
        if has_let(&binary.left) || has_let(&binary.right) {
            let others = mutants.drain(..).filter(|(_, other)| other == "||");
            self.refused.extend(others.map(|(mutant, _)| mutant));
        }
        let (all, operator) = (binary.span().byte_range(), binary.op.span().byte_range());
        let others = mutants.into_iter().map(|(mutant, other)| {
            let (left, right) = (all.start..operator.start, operator.end..all.end);
            let text = format!("{}{other}{}", self.text(left), self.text(right));
            (mutant, text)
        });
        let others = others.collect();
        self.choose(all, others, |inside| {
            visit::visit_expr_binary(inside, binary)
        });
    }

    fn visit_expr_unary(&mut self, unary: &'a syn::ExprUnary) {
        let mutants = self.take(Genre::UnaryOperator, unary.op.span());
        let operand = self.text(unary.expr.span().byte_range());
        let others = mutants
            .into_iter()
            .map(|(mutant, other)| (mutant, format!("{other}{operand}")))
            .collect();
        self.choose(unary.span().byte_range(), others, |inside| {
            visit::visit_expr_unary(inside, unary);
        });
    }

    /// A field is deleted, so that the base after `..` gives its value.
    fn visit_expr_struct(&mut self, value: &'a syn::ExprStruct) {
        let all = value.span().byte_range();
        let mut others = Vec::new();
        for field in value.fields.pairs() {
            let range = field.span().byte_range();
            for (mutant, _) in self.take(Genre::StructField, field.value().span()) {
                let (before, after) = (all.start..range.start, range.end..all.end);
                let text = format!("{}{}", self.text(before), self.text(after));
                others.push((mutant, text));
            }
        }
        self.choose(all, others, |inside| {
            visit::visit_expr_struct(inside, value);
        });
    }

    /// A deleted arm is one that `if` never lets in, so another arm without an `if` has to take all values.
    fn visit_expr_match(&mut self, matched: &'a syn::ExprMatch) {
        let takes_all =
            |arm: &syn::Arm| matches!(arm.pat, syn::Pat::Wild(_)) && arm.guard.is_none();
        if !matched.arms.iter().any(takes_all) {
            for arm in &matched.arms {
                self.take(Genre::MatchArm, arm.span());
            }
        }
        visit::visit_expr_match(self, matched);
    }

    /// An arm with a guard is not deleted: to replace the guard with `false` does the same.
    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        let Some((_, guard)) = &arm.guard else {
            if let Some((mutant, _)) = self.take(Genre::MatchArm, arm.span()).pop() {
                let end = arm.pat.span().byte_range().end;
                self.insert(end, format!(" if !{}", on(mutant)), Some(mutant));
            }
            return visit::visit_arm(self, arm);
        };
        let mutants = match has_let(guard) {
            true => Vec::new(),
            false => self.take(Genre::MatchArmGuard, guard.span()),
        };
        if mutants.is_empty() {
            return visit::visit_arm(self, arm);
        }
        let range = guard.span().byte_range();
        let (always, never): (Vec<_>, Vec<_>) =
            mutants.into_iter().partition(|(_, other)| other == "true");
        for (mutant, _) in always {
            self.insert(range.start, format!("{} || ", on(mutant)), Some(mutant));
        }
        for (mutant, _) in never {
            self.insert(range.start, format!("!{} && ", on(mutant)), Some(mutant));
        }
        self.insert(range.start, "(", None);
        self.visit_expr(guard);
        self.insert(range.end, ")", None);
        self.visit_expr(&arm.body);
    }
}
