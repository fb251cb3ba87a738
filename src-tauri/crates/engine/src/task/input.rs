use crate::message::QuestionKind;
use crate::plan::Asking;
use crate::step::Machine;

impl Machine<'_> {
    /// Asks a person for a value.
    pub(crate) fn ask_input(&mut self, position: usize, asking: &Asking, kind: &QuestionKind) {
        self.ask(position, asking, kind.clone());
    }
}
