import { ActionIcon, Button, Switch, Textarea, TextInput, Tooltip } from '@mantine/core'
import { useState } from 'react'
import { useText, useTranslation } from '../../../app/i18n'
import { useWrite } from '../../../app/query'
import type { Answer, HeldTask, Input, Question, TaskRun } from '../../../generated/api'
import { confirm, ErrorNotice, Hostile, Icon, JsonTree, Kbd, notifyError, StatusBadge, StatusIcon } from '../../../kit'
import { fieldText } from '../fields/values'
import { readInput } from '../RunDialog'
import { useGraph, useLook, useSession } from '../session'
import { useTryKeys } from './keys'
import { RecordedReplies } from './RecordedReplies'
import { type Halt, haltOf, pinsOf, shownAt, type TrialState, trialOf, useTrial, variablesAt } from './trial'
import css from './tryout.module.css'

/** The draft being tried: how far it ran, why it halts, and what each task took and gave. */
export function TryPanel() {
  const { t } = useTranslation()
  const session = useSession()
  const state = useTrial(session, (whole) => whole)
  const graph = useGraph()
  const selected = useLook((look) => look.selection.tasks)
  const trial = trialOf(session)
  const inputs = (Array.isArray(graph.head.inputs) ? graph.head.inputs : []) as Input[]
  const values = valuesOf(inputs, state.input)
  const halt = haltOf(state)
  const old = trial.isOld()
  const begin = async (how: 'run' | 'step') => {
    if (!values.ok) return
    await trial.settled()
    if (!trial.state.tried || trial.isOld() || haltOf(trial.state).why === 'end') {
      if (!(await trial.start(values.given))) return
    }
    if (how === 'run') trial.goOn()
    else trial.step()
    const now = haltOf(trial.state)
    if ('task' in now) session.goTo(now.task, false)
  }
  const skip = async () => {
    if (halt.why !== 'before' || !values.ok) return
    await trial.skipTask(halt.task, values.given)
  }
  useTryKeys({
    run: () => void begin('run'),
    step: () => void begin('step'),
    back: () => trial.stepBack(),
  })
  const [only] = selected
  const shown = selected.size === 1 && only !== undefined ? only : 'task' in halt ? halt.task : undefined
  const started = state.tried !== undefined && !old
  return (
    <section className={css.panel} aria-label={t('tryout.title')} data-keys="canvas">
      <header className={css.head}>
        <b>{t('tryout.title')}</b>
        <Tip label={t(started && halt.why !== 'end' ? 'tryout.goOn' : 'tryout.run')} keys="F5">
          <Button
            variant="filled"
            leftSection={<Icon name="start" size={14} />}
            onClick={() => void begin('run')}
            loading={state.busy}
            disabled={!values.ok}
          >
            {t(started && halt.why !== 'end' ? 'tryout.goOn' : 'tryout.run')}
          </Button>
        </Tip>
        <Tip label={t('tryout.stepHint')} keys="F10">
          <Button onClick={() => void begin('step')} disabled={!values.ok || state.busy}>
            {t('tryout.step')}
          </Button>
        </Tip>
        <Tip label={t('tryout.backHint')} keys="Shift F10">
          <Button onClick={() => trial.stepBack()} disabled={!started || state.at === 0}>
            {t('tryout.back')}
          </Button>
        </Tip>
        <Button onClick={() => void skip()} disabled={!started || halt.why !== 'before' || state.busy}>
          {t('tryout.skip')}
        </Button>
        <Button onClick={() => trial.reset()} disabled={!state.tried}>
          {t('tryout.reset')}
        </Button>
        <span className={css.halt} role="status">
          {old ? t('tryout.old') : <HaltWords halt={halt} />}
        </span>
        <Tooltip label={t('common.close')}>
          <ActionIcon aria-label={t('tryout.close')} onClick={() => session.look.setState({ tryout: false })}>
            <Icon name="close" size={14} />
          </ActionIcon>
        </Tooltip>
      </header>
      {state.error ? <ErrorNotice error={state.error} /> : null}
      <div className={css.columns}>
        <section className={css.column} aria-label={t('tryout.inputs')}>
          <h3>{t('tryout.inputs')}</h3>
          {inputs.length === 0 ? <p className="t3">{t('tryout.noInputs')}</p> : null}
          {inputs.map((input) => (
            <SampleInput key={input.name} input={input} problem={values.wrong.get(input.name)} />
          ))}
          <RecordedReplies />
          {started ? <Variables state={state} /> : null}
        </section>
        <Passed state={state} shown={shown} old={old} />
        {shown !== undefined ? (
          <TaskValues key={shown} task={shown} state={state} halt={halt} values={values.ok ? values.given : {}} />
        ) : (
          <p className={`${css.column} t3`}>{t('tryout.pick')}</p>
        )}
      </div>
    </section>
  )
}

function Tip({ label, keys, children }: { label: string; keys: string; children: React.ReactElement }) {
  return (
    <Tooltip
      label={
        <span className="row">
          {label} <Kbd keys={keys} />
        </span>
      }
    >
      {children}
    </Tooltip>
  )
}

function HaltWords({ halt }: { halt: Halt }) {
  const { t } = useTranslation()
  const session = useSession()
  if (halt.why === 'new') return <>{t('tryout.halt.new')}</>
  if (halt.why === 'end')
    return (
      <span className="row">
        {t('tryout.halt.end')} <StatusBadge status={halt.status} />
      </span>
    )
  const key = halt.why === 'before' && halt.breakpoint ? 'breakpoint' : halt.why
  return <>{t(`tryout.halt.${key}`, { task: session.nameIn(halt.task) })}</>
}

interface Values {
  ok: boolean
  given: Record<string, unknown>
  wrong: Map<string, 'runMissing' | 'runBadInput'>
}

/** Returns the inputs as they would be sent, and what is wrong with each that cannot be. */
function valuesOf(inputs: readonly Input[], typed: Record<string, string>): Values {
  const given: Record<string, unknown> = {}
  const wrong: Values['wrong'] = new Map()
  for (const input of inputs) {
    const text = typed[input.name] ?? fieldText(input.default)
    if (text === '') {
      if (input.required) wrong.set(input.name, 'runMissing')
      continue
    }
    // A ticket is sent as what it holds: a trial reads no other data.
    const value = input.type === 'ticket' ? jsonOf(text) : readInput(text, input.type)
    if (value === undefined) wrong.set(input.name, 'runBadInput')
    else given[input.name] = value
  }
  return { ok: wrong.size === 0, given, wrong }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function SampleInput({ input, problem }: { input: Input; problem: 'runMissing' | 'runBadInput' | undefined }) {
  const { t } = useTranslation()
  const session = useSession()
  const typed = useTrial(session, (state) => state.input[input.name])
  const value = typed ?? fieldText(input.default)
  const set = (text: string) => trialOf(session).setInput(input.name, text)
  const label = (
    <>
      <span className="mono">{input.name}</span> <span className="t3">{t(`designer.types.${input.type}`)}</span>
    </>
  )
  const words = problem && t(`designer.${problem}`)
  // Nobody has done wrong yet who has not written anything.
  const said = typed === undefined ? { description: words } : { error: words }
  if (input.type === 'boolean')
    return <Switch label={label} checked={value === 'true'} onChange={(event) => set(String(event.currentTarget.checked))} />
  if (['list', 'object', 'event', 'ticket', 'any'].includes(input.type))
    return (
      <Textarea
        label={label}
        classNames={{ input: 'mono' }}
        autosize
        minRows={1}
        maxRows={5}
        placeholder={input.type === 'ticket' ? '{"id": 1, "title": "…", "artifacts": {"ip": []}}' : 'JSON'}
        value={value}
        {...said}
        withAsterisk={input.required === true}
        onChange={(event) => set(event.currentTarget.value)}
      />
    )
  return (
    <TextInput
      label={label}
      value={value}
      {...said}
      withAsterisk={input.required === true}
      onChange={(event) => set(event.currentTarget.value)}
    />
  )
}

function Variables({ state }: { state: TrialState }) {
  const { t } = useTranslation()
  const variables = variablesAt(state.tried?.frames ?? [], state.at)
  return (
    <>
      <h3>{t('tryout.variables')}</h3>
      {Object.keys(variables).length === 0 ? (
        <p className="t3">{t('tryout.noVariables')}</p>
      ) : (
        <div className={css.tree}>
          <JsonTree label={t('tryout.variables')} value={variables} openTo={1} />
        </div>
      )}
    </>
  )
}

/** The tasks in the order in which they ran, and the one that comes next. */
function Passed({ state, shown, old }: { state: TrialState; shown: string | undefined; old: boolean }) {
  const { t } = useTranslation()
  const session = useSession()
  const frames = old ? [] : (state.tried?.frames ?? [])
  const runs = [...shownAt(old ? undefined : state.tried, state.at).values()]
  const next = frames[state.at]?.task.id
  return (
    <section className={css.column} aria-label={t('tryout.order')}>
      <h3>{t('tryout.order')}</h3>
      {runs.length === 0 && next === undefined ? <p className="t3">{t('tryout.nothing')}</p> : null}
      <ol className={css.order}>
        {runs.map((run) => (
          <li key={run.id}>
            <button type="button" className={css.row} aria-current={run.id === shown} onClick={() => session.goTo(run.id, false)}>
              <StatusIcon status={run.status} size={14} />
              <span className="cut">{session.nameIn(run.id)}</span>
              <code className="cut t2">
                <Hostile text={run.error ? run.error.code : short(run.output)} />
              </code>
            </button>
          </li>
        ))}
        {next !== undefined && !runs.some((run) => run.id === next) ? (
          <li>
            <button type="button" className={css.row} data-next aria-current={next === shown} onClick={() => session.goTo(next, false)}>
              <Icon name="chevronRight" size={14} />
              <span className="cut b">{session.nameIn(next)}</span>
              <span className="t3">{t('tryout.next')}</span>
            </button>
          </li>
        ) : null}
      </ol>
    </section>
  )
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

/** What one task took and gave, and everything that can be done about it. */
function TaskValues({ task, state, halt, values }: { task: string; state: TrialState; halt: Halt; values: Record<string, unknown> }) {
  const { t } = useTranslation()
  const text = useText()
  const session = useSession()
  const trial = trialOf(session)
  useGraph()
  const run: TaskRun | undefined = shownAt(state.tried, state.at).get(task)
  const pins = pinsOf(session)
  const isPinned = Object.hasOwn(pins, task)
  const held = state.tried?.held.find((each) => each.task === task)
  const question = state.tried?.questions.find((each) => each.task === task && run?.status === 'waiting')
  const stops = state.breakpoints.has(task)
  const [draft, setDraft] = useState<string>()
  const type = (session.graph.tasks[task] as { type?: string } | undefined)?.type
  const canEdit = type !== undefined && !['input', 'approval', 'wait'].includes(type)
  const parsed = draft === undefined ? undefined : jsonOf(draft)
  const apply = async () => {
    if (parsed === undefined) return
    setDraft(undefined)
    await trial.edit(task, parsed, values)
    if (halt.why === 'output') trial.goOn()
  }
  return (
    <section className={css.column} aria-label={session.nameIn(task)}>
      <div className={css.taskHead}>
        <h3 className="cut">{session.nameIn(task)}</h3>
        {run ? <StatusBadge status={run.status} /> : null}
        <span className="grow" />
        <Tip label={t(stops ? 'tryout.breakpointOff' : 'tryout.breakpointOn')} keys="F9">
          <ActionIcon
            aria-label={t('tryout.breakpoint')}
            aria-pressed={stops}
            data-on={stops || undefined}
            className={css.breakpoint}
            onClick={() => trial.toggleBreakpoint(task)}
          >
            <span className={css.dot} />
          </ActionIcon>
        </Tip>
        {canEdit ? (
          <Tooltip label={t(isPinned ? 'tryout.unpin' : 'tryout.pin')}>
            <ActionIcon
              aria-label={t(isPinned ? 'tryout.unpin' : 'tryout.pin')}
              aria-pressed={isPinned}
              variant={isPinned ? 'light' : 'subtle'}
              disabled={!isPinned && (run === undefined || run.status !== 'done')}
              onClick={() => trial.pin(task, isPinned ? undefined : run?.output)}
            >
              <Icon name="pin" size={14} />
            </ActionIcon>
          </Tooltip>
        ) : null}
        {canEdit && draft === undefined ? (
          <Button onClick={() => setDraft(JSON.stringify(isPinned ? pins[task] : (run?.output ?? null), null, 2))}>
            {t('tryout.edit')}
          </Button>
        ) : null}
      </div>
      {isPinned ? <p className={css.pinned}>{t('tryout.isPinned')}</p> : null}
      {run?.error ? (
        <p className={css.problem}>
          <code>{run.error.code}</code> <Hostile text={text(run.error.message)} />
        </p>
      ) : null}
      {held && halt.why === 'output' && draft === undefined ? (
        <Held held={held} onOutput={(output) => void trial.edit(task, output, values).then(() => trial.goOn())} />
      ) : null}
      {question ? <AnswerQuestion question={question} onAnswer={(answer) => void trial.answer(task, answer, values)} /> : null}
      {draft !== undefined ? (
        <form
          className={css.edit}
          onSubmit={(event) => {
            event.preventDefault()
            void apply()
          }}
        >
          <Textarea
            label={t('tryout.output')}
            classNames={{ input: 'mono' }}
            autosize
            minRows={3}
            maxRows={8}
            value={draft}
            error={parsed === undefined ? t('tryout.badJson') : undefined}
            onChange={(event) => setDraft(event.currentTarget.value)}
            data-autofocus
          />
          <div className="row">
            <Button type="submit" variant="filled" disabled={parsed === undefined}>
              {t('tryout.apply')}
            </Button>
            <Button onClick={() => setDraft(undefined)}>{t('tryout.cancel')}</Button>
          </div>
        </form>
      ) : run ? (
        <>
          <h4>{t('tryout.input')}</h4>
          <div className={css.tree}>
            <JsonTree label={t('tryout.input')} value={run.input} openTo={1} />
          </div>
          <h4>{t('tryout.output')}</h4>
          <div className={css.tree}>
            <JsonTree label={t('tryout.output')} value={run.output} openTo={2} />
          </div>
        </>
      ) : (
        <p className="t3">{t('tryout.notYet')}</p>
      )}
    </section>
  )
}

/** A command without a reply: nothing was sent. Its output is written, or it really runs because somebody says so. */
function Held({ held, onOutput }: { held: HeldTask; onOutput: (output: unknown) => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const command = useWrite('playbook.try_command', { onError: notifyError })
  const name = `${held.call.app} ${held.call.command}`
  const really = async () => {
    const sure = await confirm({
      title: t('tryout.live.title', { command: name }),
      body: t(held.destructive ? 'tryout.live.destructive' : 'tryout.live.body', { connection: held.call.connection }),
      confirmLabel: t('tryout.live.confirm'),
      danger: held.destructive,
    })
    if (!sure) return
    try {
      const { output } = await command.mutateAsync({ call: held.call, confirmed: held.destructive })
      onOutput(output)
    } catch {
      // Shown as a notice.
    }
  }
  const last = pinsOf(session)[held.task]
  return (
    <div className={css.held}>
      <p>{t('tryout.held', { command: name })}</p>
      <div className="row">
        <Button onClick={() => void really()} loading={command.isPending} color={held.destructive ? 'red' : undefined}>
          {t('tryout.live.button')}
        </Button>
        <Button onClick={() => onOutput(last ?? {})}>{t('tryout.empty')}</Button>
      </div>
    </div>
  )
}

function AnswerQuestion({ question, onAnswer }: { question: Question; onAnswer: (answer: Answer) => void }) {
  const { t } = useTranslation()
  const text = useText()
  const [typed, setTyped] = useState('')
  const { kind } = question
  return (
    <div className={css.held}>
      <p>
        <Hostile text={text(question.text)} />
      </p>
      <div className="row" style={{ flexWrap: 'wrap' }}>
        {kind.kind === 'approval' || kind.kind === 'gate' ? (
          <>
            <Button variant="filled" onClick={() => onAnswer({ approved: true })}>
              {t('tryout.approve')}
            </Button>
            <Button onClick={() => onAnswer({ approved: false, opinion: t('tryout.title') })}>{t('tryout.reject')}</Button>
          </>
        ) : kind.kind === 'boolean' ? (
          <>
            <Button onClick={() => onAnswer({ value: true })}>{t('tryout.yes')}</Button>
            <Button onClick={() => onAnswer({ value: false })}>{t('tryout.no')}</Button>
          </>
        ) : kind.kind === 'choice' ? (
          kind.choices.map((choice) => {
            const value = typeof choice === 'string' ? choice : choice.value
            const label = typeof choice === 'string' ? choice : text(choice.label)
            return (
              <Button key={value} onClick={() => onAnswer({ value: kind.multiple ? [value] : value })}>
                <Hostile text={label} />
              </Button>
            )
          })
        ) : (
          <>
            <TextInput value={typed} aria-label={text(question.text)} onChange={(event) => setTyped(event.currentTarget.value)} />
            <Button variant="filled" onClick={() => onAnswer({ value: typed })}>
              {t('tryout.answer')}
            </Button>
          </>
        )}
      </div>
    </div>
  )
}
