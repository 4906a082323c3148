//! The stored form of [`Links`].

use super::codec::{DecodeError, Read, Reader, Writer};
use super::links::{AskedSetting, FlowCallee, FlowFunction, FlowSink, Links, OpenCall, OpenFlow};

impl Writer {
    pub(super) fn links(&mut self, links: Option<&Links>) {
        self.out.push(u8::from(links.is_some()));
        let Some(links) = links else { return };
        self.text(&links.package);
        self.list(&links.rules, |w, rule| w.text(rule));
        self.list(&links.functions, Self::flow_function);
        self.list(&links.calls, |w, call| {
            w.callee(&call.callee);
            w.out.push(call.place);
            w.int(call.rules);
            w.list(&call.steps, Self::step);
        });
        self.list(&links.flows, |w, flow| {
            w.out.push(flow.rule);
            w.out.push(u8::from(flow.finding.is_some()));
            if let Some(finding) = &flow.finding {
                w.finding(finding);
            }
            w.span(flow.at);
            w.list(&flow.needs, |w, (callee, place)| {
                w.callee(callee);
                w.out.push(*place);
            });
        });
        self.list(&links.settings, |w, (key, value)| {
            w.text(key);
            w.text(value);
        });
        self.list(&links.asked, |w, asked| {
            w.finding(&asked.finding);
            w.text(&asked.key);
            w.out.push(u8::from(asked.default.is_some()));
            w.text(asked.default.as_deref().unwrap_or_default());
            w.text(&asked.test);
            w.out.push(u8::from(asked.wanted));
        });
        self.links(links.own.as_deref());
    }

    fn list<T>(&mut self, list: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.int(list.len() as u64);
        for one in list {
            each(self, one);
        }
    }

    fn callee(&mut self, callee: &FlowCallee) {
        self.text(&callee.owner);
        self.text(&callee.name);
        self.out.push(callee.arity);
    }

    fn flow_function(&mut self, f: &FlowFunction) {
        self.text(&f.owner);
        self.list(&f.supers, |w, name| w.text(name));
        self.text(&f.name);
        self.out.push(f.arity);
        self.list(&f.passes, |w, (place, lost)| {
            w.out.push(*place);
            w.int(*lost);
        });
        self.out.push(u8::from(f.yields.is_some()));
        if let Some((rules, steps)) = &f.yields {
            self.int(*rules);
            self.list(steps, Self::step);
        }
        self.list(&f.sinks, |w, sink| {
            w.out.push(sink.parameter);
            w.finding(&sink.finding);
        });
    }
}

impl Reader<'_> {
    pub(super) fn links(&mut self) -> Read<Option<Box<Links>>> {
        self.links_inside(0)
    }

    fn links_inside(&mut self, inside: u8) -> Read<Option<Box<Links>>> {
        if !self.flag()? {
            return Ok(None);
        }
        if inside > 1 {
            return Err(DecodeError::new("links inside of links inside of links"));
        }
        Ok(Some(Box::new(Links {
            package: self.text()?,
            rules: self.list(Self::text)?,
            functions: self.list(Self::flow_function)?,
            calls: self.list(|r| {
                Ok(OpenCall {
                    callee: r.callee()?,
                    place: r.byte()?,
                    rules: r.int()?,
                    steps: r.list(Self::step)?,
                })
            })?,
            flows: self.list(|r| {
                Ok(OpenFlow {
                    rule: r.byte()?,
                    finding: if r.flag()? { Some(r.finding()?) } else { None },
                    at: r.span()?,
                    needs: r.list(|r| Ok((r.callee()?, r.byte()?)))?,
                })
            })?,
            settings: self.list(|r| Ok((r.text()?, r.text()?)))?,
            asked: self.list(|r| {
                let (finding, key) = (r.finding()?, r.text()?);
                let (set, default) = (r.flag()?, r.text()?);
                Ok(AskedSetting {
                    finding,
                    key,
                    default: set.then_some(default),
                    test: r.text()?,
                    wanted: r.flag()?,
                })
            })?,
            own: self.links_inside(inside + 1)?,
        })))
    }

    fn flag(&mut self) -> Read<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DecodeError::new("neither yes nor no")),
        }
    }

    fn callee(&mut self) -> Read<FlowCallee> {
        Ok(FlowCallee { owner: self.text()?, name: self.text()?, arity: self.byte()? })
    }

    fn flow_function(&mut self) -> Read<FlowFunction> {
        Ok(FlowFunction {
            owner: self.text()?,
            supers: self.list(Self::text)?,
            name: self.text()?,
            arity: self.byte()?,
            passes: self.list(|r| Ok((r.byte()?, r.int()?)))?,
            yields: if self.flag()? { Some((self.int()?, self.list(Self::step)?)) } else { None },
            sinks: self.list(|r| Ok(FlowSink { parameter: r.byte()?, finding: r.finding()? }))?,
        })
    }
}
