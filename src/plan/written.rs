//! The statements of a node.

use super::{Act, Graph, Planned, group};
use crate::catalog::Object;
use crate::error::{Error, Result};
use crate::kinds::{Context, Folded, Step, Verb, kind};

impl<'a> Graph<'a> {
    pub(super) fn steps(&self, node: usize) -> Result<Vec<Planned>> {
        let (act, id) = self.nodes[node];
        let Context { from, to, .. } = self.context;
        let (old, new) = (from.get(id), to.get(id));
        let kind = kind(&id.kind);
        let stub = self.stubs.get(&node);
        let (verb, steps) = match (act, old, new) {
            (Act::Stub | Act::Empty, ..) => self.first_half(node)?,
            (Act::Alter | Act::Create, _, Some(new)) if let Some(stub) = stub => (Verb::Alter, self.between(stub, new)?),
            (Act::Drop, Some(old), _) if self.closure.aside.contains(id) => {
                (Verb::Drop, kind.step_aside(old, &self.context).map(|it| it.0).into_iter().collect())
            }
            (Act::Sweep, Some(old), _) => (Verb::Drop, kind.step_aside(old, &self.context).map(|it| it.1).into_iter().collect()),
            (Act::Drop, Some(old), _) => (Verb::Drop, kind.drop(old, &self.context)?),
            (Act::Alter, Some(old), Some(new)) => (Verb::Alter, self.altered(old, new)?),
            (Act::Create, _, Some(new)) => (Verb::Create, kind.create(new, &self.folded(node)?, &self.context)?),
            _ => return Err(Error::internal(format!("{id} is in neither state"))),
        };
        let group = group(self.context.from, self.context.to, id);
        Ok(steps.into_iter().map(|step| Planned { verb, id: id.clone(), group: group.clone(), step }).collect())
    }

    fn altered(&self, old: &Object, new: &Object) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        if self.closure.converted.contains(&new.id) {
            steps.extend(kind(&new.id.kind).convert(new, &self.context)?);
        }
        if !old.same(new) {
            steps.extend(self.between(old, new)?);
        }
        Ok(steps)
    }

    /// The text of the children that are folded into a node's `CREATE`.
    pub(super) fn folded(&self, node: usize) -> Result<Vec<Folded<'a>>> {
        let mut folded = Vec::new();
        for child in self.folds.get(&node).into_iter().flatten() {
            let Some(object) = self.context.to.get(self.nodes[*child].1) else { continue };
            if let Some(sql) = kind(&object.id.kind).inline(object, &self.folded(*child)?, &self.context)? {
                folded.push(Folded { object, sql });
            }
        }
        Ok(folded)
    }
}
