use crate::gate;
use crate::message::QuestionKind;
use crate::plan::Asking;
use crate::step::Machine;

impl Machine<'_> {
    /// Asks a person to approve, showing the destructive commands that this releases.
    pub(crate) fn ask_approval(&mut self, position: usize, asking: &Asking, actions: &[usize]) {
        let releases = self.releases(actions);
        let hash = gate::hash(&releases);
        self.ask(position, asking, QuestionKind::Approval { releases, hash });
    }
}
