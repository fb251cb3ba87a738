import { Autocomplete, Checkbox, NumberInput, SegmentedControl, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import { useText, useTranslation } from '../../../app/i18n'
import { useOperation } from '../../../app/query'
import { START, type TaskRecord, type TaskType, typeOf } from '../../../canvas/public'
import type { Catalog, Input, Parameter } from '../../../generated/api'
import { Banner, Hostile, Icon, Markdown, notify, TimeText } from '../../../kit'
import css from '../designer.module.css'
import { DurationField, EntriesField, freeName, LocalizedField, NameField, ParameterField, Section } from '../fields/basic'
import { ExpressionField } from '../fields/ExpressionField'
import { fieldText, inLanguage, isName, recipients } from '../fields/values'
import { useSession } from '../session'

interface FormProps {
  id: string
  task: TaskRecord
  catalog: Catalog | undefined
}

const record = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** The fields of a task's own type. */
export function TypeFields(props: FormProps) {
  const { t } = useTranslation()
  const type = typeOf(props.task)
  if (!type)
    return (
      <>
        <Banner kind="waiting">{t('designer.inspector.unknownType')}</Banner>
        <pre className={css.raw}>{JSON.stringify(props.task, null, 2)}</pre>
      </>
    )
  const Form = FORMS[type]
  return <Form {...props} />
}

const FORMS: Record<TaskType, (props: FormProps) => React.ReactNode> = {
  action: ActionForm,
  branch: BranchForm,
  formula: FormulaForm,
  input: InputForm,
  approval: ApprovalForm,
  wait: WaitForm,
  email: EmailForm,
  call: CallForm,
  query: QueryForm,
}

function ActionForm({ id, task, catalog }: FormProps) {
  const { t } = useTranslation()
  const text = useText()
  const session = useSession()
  const appId = fieldText(task.app)
  const commandId = fieldText(task.command)
  const app = catalog?.apps[appId]
  const command = app?.commands[commandId]
  const parameters = record(task.parameters)
  const known = new Set(command?.parameters.map((parameter) => parameter.name))
  const others = Object.entries(parameters).filter(([name]) => !known.has(name))
  const connections = catalog?.connections[appId] ?? []
  const connection = fieldText(task.connection) || 'default'
  const setParameter = (name: string, value: unknown) => session.set(id, ['parameters', name], value)
  return (
    <>
      <div className={css.pair}>
        <Select
          label={t('designer.inspector.app')}
          placeholder={t('designer.inspector.chooseApp')}
          searchable
          data={withUnknown(
            Object.values(catalog?.apps ?? {}).map((each) => ({ value: each.id, label: text(each.name) })),
            appId,
          )}
          value={appId || null}
          onChange={(value) => value && value !== appId && session.setFields(id, { app: value, command: '', connection: undefined })}
        />
        <Select
          label={t('designer.inspector.command')}
          placeholder={t('designer.inspector.chooseCommand')}
          searchable
          disabled={!app}
          data={withUnknown(
            Object.values(app?.commands ?? {}).map((each) => ({ value: each.id, label: text(each.name) })),
            commandId,
          )}
          value={commandId || null}
          onChange={(value) => value && session.setFields(id, { command: value })}
        />
      </div>
      {command?.description && <p className={css.fieldHint}>{text(command.description)}</p>}
      {catalog && appId !== '' && commandId !== '' && !command && <Banner kind="waiting">{t('designer.inspector.unknownCommand')}</Banner>}
      {command?.destructive && (
        <div className={css.destructiveHint}>
          <Icon name="warning" size={14} />
          <span>
            {t('designer.inspector.destructive')} {command.undo && t('designer.inspector.undoBy', { how: text(command.undo) })}
          </span>
        </div>
      )}
      {app?.needs_connection && (
        <ConnectionPicker
          app={appId}
          names={connections}
          value={connection}
          onChange={(value) => session.set(id, ['connection'], value === 'default' ? undefined : value)}
        />
      )}
      {command && (
        <Section title={t('designer.inspector.commandParameters')}>
          {command.parameters.length === 0 && <p className={css.fieldHint}>{t('designer.inspector.noParameters')}</p>}
          {command.parameters.map((parameter) => (
            <SchemaField
              key={`${appId}.${commandId}.${parameter.name}`}
              parameter={parameter}
              task={id}
              value={parameters[parameter.name]}
              onChange={(value) => setParameter(parameter.name, value)}
            />
          ))}
        </Section>
      )}
      {(others.length > 0 || (!command && commandId !== '')) && (
        <Section title={t('designer.inspector.otherParameters')}>
          <EntriesField
            entries={Object.fromEntries(others)}
            kind="parameters"
            task={id}
            add={t('designer.inspector.parameterAdd')}
            fresh={() => [freeName('value', Object.keys(parameters)), '']}
            onChange={(entries) =>
              session.setEntries(id, 'parameters', [...Object.entries(parameters).filter(([name]) => known.has(name)), ...entries])
            }
          />
        </Section>
      )}
      <AssignSection id={id} task={task} fields={command?.output.map((field) => field.name) ?? []} />
    </>
  )
}

/** One parameter, from the command's schema. */
function SchemaField({
  parameter,
  task,
  value,
  onChange,
}: {
  parameter: Parameter | Input
  task: string
  value: unknown
  onChange: (value: unknown) => void
}) {
  const { t } = useTranslation()
  const text = useText()
  const label = 'label' in parameter && parameter.label ? text(parameter.label) : parameter.name
  const choices = 'choices' in parameter ? parameter.choices : undefined
  return (
    <ParameterField
      label={label}
      labelEnd={
        <>
          {parameter.required && <span className={css.required}>{t('designer.inspector.required')}</span>}
          <span className={css.kind}>{t(`designer.types.${parameter.type}`)}</span>
        </>
      }
      value={value}
      kind={parameter.type}
      task={task}
      choices={choices}
      description={
        [
          text(parameter.description),
          parameter.default === undefined ? '' : `${t('designer.inspector.default')} ${fieldText(parameter.default)}`,
        ]
          .filter(Boolean)
          .join(' · ') || undefined
      }
      onChange={onChange}
    />
  )
}

/** Chooses a connection and says when it was last tested. */
function ConnectionPicker(props: { app: string; names: readonly string[]; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation()
  const { data } = useOperation('connection.list', {})
  const health = data?.connections.find((connection) => connection.app === props.app && connection.name === props.value)?.health
  const missing = !props.names.includes(props.value)
  return (
    <Select
      label={t('designer.inspector.connection')}
      data={withUnknown(
        props.names.map((name) => ({ value: name, label: name })),
        props.value,
        t('designer.inspector.connectionMissing', { name: props.value }),
      )}
      value={props.value}
      description={
        missing ? undefined : (
          <>
            {t(`designer.inspector.${health === undefined || health === null ? 'untested' : health.error === null ? 'works' : 'fails'}`, {
              code: health?.error?.code,
            })}{' '}
            {health ? <TimeText at={health.tested_at} form="ago" /> : null}
          </>
        )
      }
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      error={missing ? (props.names.length === 0 ? t('designer.inspector.noConnection') : true) : undefined}
      rightSectionWidth={health ? 44 : undefined}
      rightSection={
        health ? (
          <span className={`row ${health.error === null ? css.fine : css.errors}`} style={{ gap: 4 }}>
            <Icon name={health.error === null ? 'done' : 'failed'} size={14} />
            <Icon name="chevronDown" size={14} />
          </span>
        ) : undefined
      }
      rightSectionPointerEvents="none"
      onChange={(value) => value && props.onChange(value)}
    />
  )
}

function withUnknown(data: Array<{ value: string; label: string }>, value: string, label = value) {
  return value === '' || data.some((item) => item.value === value) ? data : [...data, { value, label }]
}

/** What to keep of the output. */
function AssignSection({ id, task, fields }: { id: string; task: TaskRecord; fields: readonly string[] }) {
  const { t } = useTranslation()
  const session = useSession()
  const assign = record(task.assign)
  const names = Object.keys(assign)
  const used = new Set(Object.values(assign))
  const fresh = () => {
    const field = fields.find((name) => !used.has(`output.${name}`))
    return [freeName((field ?? 'result').toLowerCase().replace(/[^a-z0-9_]/g, '_'), names), field ? `output.${field}` : 'output'] as const
  }
  return (
    <Section title={t('designer.inspector.assign')}>
      {names.length === 0 && <p className={css.fieldHint}>{t('designer.inspector.assignHint')}</p>}
      <EntriesField
        entries={assign}
        kind="assign"
        task={id}
        add={t('designer.inspector.assignAdd')}
        fresh={fresh}
        onChange={(entries) => session.setEntries(id, 'assign', entries)}
      />
    </Section>
  )
}

function BranchForm({ id, task }: FormProps) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <ExpressionField
      label={t('designer.inspector.condition')}
      description={t('designer.inspector.conditionHint')}
      value={fieldText(task.condition)}
      kind="condition"
      task={id}
      multiline
      placeholder="score >= 5"
      onChange={(text) => session.set(id, ['condition'], text)}
    />
  )
}

function FormulaForm({ id, task }: FormProps) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <NameField
        label={t('designer.inspector.variable')}
        value={fieldText(task.variable)}
        onChange={(name) => session.set(id, ['variable'], name)}
      />
      <ExpressionField
        label={t('designer.inspector.expression')}
        value={fieldText(task.expression)}
        kind="expression"
        task={id}
        multiline
        onChange={(text) => session.set(id, ['expression'], text)}
      />
    </>
  )
}

function Asked({ id, task }: { id: string; task: TaskRecord }) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <div className={css.pair}>
      <TextInput
        label={t('designer.inspector.assignee')}
        description={t('designer.inspector.assigneeHint')}
        inputWrapperOrder={['label', 'input', 'description']}
        value={fieldText(task.assignee)}
        onChange={(event) => session.set(id, ['assignee'], event.currentTarget.value || undefined)}
      />
      <DurationField
        label={t('designer.inspector.deadline')}
        description={t('designer.inspector.deadlineHint')}
        value={task.deadline}
        onChange={(value) => session.set(id, ['deadline'], value)}
      />
    </div>
  )
}

function InputForm({ id, task }: FormProps) {
  const { t } = useTranslation()
  const session = useSession()
  const choices: unknown[] = Array.isArray(task.choices) ? task.choices : []
  const choiceValue = (choice: unknown) => (typeof choice === 'string' ? choice : fieldText(record(choice).value))
  const [lines, kind] = [choices.map(choiceValue).join('\n'), fieldText(task.kind)]
  return (
    <>
      <LocalizedField
        label={t('designer.inspector.question')}
        value={task.question}
        task={id}
        onChange={(value) => session.set(id, ['question'], value)}
      />
      <div>
        <div className={css.fieldLabel}>{t('designer.inspector.kind')}</div>
        <SegmentedControl
          fullWidth
          aria-label={t('designer.inspector.kind')}
          value={kind}
          onChange={(value) => session.set(id, ['kind'], value)}
          data={(['boolean', 'string', 'choice'] as const).map((value) => ({ value, label: t(`canvas.answer.${value}`) }))}
        />
      </div>
      {kind === 'choice' && (
        <>
          <Textarea
            label={t('designer.inspector.choices')}
            description={t('designer.inspector.choicesHint')}
            inputWrapperOrder={['label', 'input', 'description']}
            autosize
            minRows={2}
            value={lines}
            onChange={(event) => {
              const wanted = event.currentTarget.value === '' ? [] : event.currentTarget.value.split('\n')
              // A choice with a label of its own keeps it as long as its value stands in the list.
              session.set(
                id,
                ['choices'],
                wanted.map((line) => choices.find((choice) => typeof choice !== 'string' && choiceValue(choice) === line) ?? line),
              )
            }}
          />
          <Checkbox
            label={t('designer.inspector.multiple')}
            checked={task.multiple === true}
            onChange={(event) => session.set(id, ['multiple'], event.currentTarget.checked || undefined)}
          />
        </>
      )}
      {kind === 'string' && <AnswerRules id={id} task={task} />}
      <NameField
        label={t('designer.inspector.variable')}
        value={fieldText(task.variable)}
        onChange={(name) => session.set(id, ['variable'], name)}
      />
      <Asked id={id} task={task} />
    </>
  )
}

/** What a written answer must look like. */
function AnswerRules({ id, task }: { id: string; task: TaskRecord }) {
  const { t } = useTranslation()
  const session = useSession()
  const length = (field: 'min_length' | 'max_length') => (
    <NumberInput
      label={t(`designer.inspector.${field}`)}
      placeholder={t('designer.inspector.reset')}
      min={0}
      allowDecimal={false}
      value={typeof task[field] === 'number' ? (task[field] as number) : ''}
      onChange={(value) => session.set(id, [field], typeof value === 'number' ? value : undefined)}
    />
  )
  return (
    <>
      <div className={css.pair}>
        {length('min_length')}
        {length('max_length')}
      </div>
      <TextInput
        label={t('designer.inspector.pattern')}
        description={t('designer.inspector.patternHint')}
        inputWrapperOrder={['label', 'input', 'description']}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        value={fieldText(task.pattern)}
        onChange={(event) => session.set(id, ['pattern'], event.currentTarget.value || undefined)}
      />
    </>
  )
}

function ApprovalForm({ id, task }: FormProps) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <LocalizedField
        label={t('designer.inspector.question')}
        value={task.question}
        task={id}
        onChange={(value) => session.set(id, ['question'], value)}
      />
      <Asked id={id} task={task} />
    </>
  )
}

function WaitForm({ id, task }: FormProps) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <ParameterField
      label={t('designer.inspector.seconds')}
      description={t('designer.inspector.secondsHint', { example: '{{ pause }}' })}
      value={task.seconds}
      kind="number"
      task={id}
      onChange={(value) => session.set(id, ['seconds'], value ?? '')}
    />
  )
}

function EmailForm({ id, task, catalog }: FormProps) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <Autocomplete
        label={t('designer.inspector.connection')}
        placeholder="default"
        data={catalog?.connections.smtp ?? []}
        value={fieldText(task.connection)}
        onChange={(value) => session.set(id, ['connection'], value || undefined)}
      />
      {(['to', 'cc'] as const).map((field) => (
        <ParameterField
          key={field}
          label={t(`designer.inspector.${field}`)}
          value={task[field]}
          kind="any"
          task={id}
          text={recipients.text}
          read={recipients.value}
          onChange={(value) => session.set(id, [field], field === 'cc' && value === '' ? undefined : value)}
        />
      ))}
      <LocalizedField
        label={t('designer.inspector.subject')}
        value={task.subject}
        task={id}
        onChange={(value) => session.set(id, ['subject'], value)}
      />
      <LocalizedField
        label={t('designer.inspector.body')}
        value={task.body}
        task={id}
        onChange={(value) => session.set(id, ['body'], value)}
      />
      <div>
        <div className={css.fieldLabel}>{t('designer.inspector.format')}</div>
        <SegmentedControl
          fullWidth
          aria-label={t('designer.inspector.format')}
          value={fieldText(task.format) || 'text'}
          onChange={(value) => session.set(id, ['format'], value === 'text' ? undefined : value)}
          data={(['text', 'markdown', 'html'] as const).map((value) => ({ value, label: t(`designer.inspector.formats.${value}`) }))}
        />
      </div>
      <MailPreview task={task} />
    </>
  )
}

/** How the mail will look; HTML is shown as text, because what it holds comes from outside. */
function MailPreview({ task }: { task: TaskRecord }) {
  const { t, i18n } = useTranslation()
  const language = i18n.language === 'en' ? 'en' : 'ko'
  const shown = (value: unknown) => inLanguage(value, language) || inLanguage(value, language === 'ko' ? 'en' : 'ko')
  const body = shown(task.body)
  if (body === '') return null
  return (
    <Section title={t('designer.inspector.mailPreview')}>
      <div className={css.mail}>
        <div className="b">
          <Hostile text={shown(task.subject)} />
        </div>
        {task.format === 'markdown' ? <Markdown text={body} /> : <pre>{body}</pre>}
      </div>
    </Section>
  )
}

function CallForm({ id, task, catalog }: FormProps) {
  const { t } = useTranslation()
  const session = useSession()
  const playbook = fieldText(task.playbook)
  const exists = catalog?.playbooks.includes(playbook) ?? false
  const text = useText()
  const list = useOperation('playbook.list', {}).data?.playbooks
  const names = useMemo(() => new Map(list?.map((each) => [each.id, `${text(each.name)} (${each.id})`])), [list, text])
  const { data } = useOperation('playbook.show', { id: playbook }, { enabled: exists })
  const declared = useMemo(() => data?.document?.inputs ?? [], [data])
  const inputs = record(task.inputs)
  const known = new Set(declared.map((input) => input.name))
  const others = Object.entries(inputs).filter(([name]) => !known.has(name))
  const each = task.each === undefined ? undefined : record(task.each)
  return (
    <>
      <Select
        label={t('designer.inspector.playbook')}
        placeholder={t('designer.inspector.choosePlaybook')}
        searchable
        data={withUnknown(
          (catalog?.playbooks ?? []).filter((other) => other !== session.id).map((value) => ({ value, label: names.get(value) ?? value })),
          playbook,
        )}
        value={playbook || null}
        error={playbook !== '' && catalog && !exists ? t('designer.inspector.playbookMissing') : undefined}
        onChange={(value) => value && session.set(id, ['playbook'], value)}
      />
      {exists && (
        <Link className={css.openCalled} to={`/playbooks/${encodeURIComponent(playbook)}`}>
          <Icon name="chevronRight" size={12} />
          {t('designer.inspector.openCalled', { playbook: names.get(playbook) ?? playbook })}
        </Link>
      )}
      <Section title={t('designer.inspector.inputs')}>
        {declared.map((input) => (
          <SchemaField
            key={`${playbook}.${input.name}`}
            parameter={input}
            task={id}
            value={inputs[input.name]}
            onChange={(value) => session.set(id, ['inputs', input.name], value)}
          />
        ))}
        <EntriesField
          entries={Object.fromEntries(others)}
          kind="parameters"
          task={id}
          add={t('designer.inspector.inputAdd')}
          fresh={() => [freeName('value', Object.keys(inputs)), '']}
          onChange={(entries) =>
            session.setEntries(id, 'inputs', [...Object.entries(inputs).filter(([name]) => known.has(name)), ...entries])
          }
        />
      </Section>
      <Section
        title={
          <Switch
            label={t('designer.inspector.each')}
            checked={each !== undefined}
            onChange={(event) => session.set(id, ['each'], event.currentTarget.checked ? { variable: 'item', in: '' } : undefined)}
          />
        }
      >
        {each && (
          <>
            <NameField
              label={t('designer.inspector.eachVariable')}
              value={fieldText(each.variable)}
              onChange={(name) => session.set(id, ['each', 'variable'], name)}
            />
            <ExpressionField
              label={t('designer.inspector.eachIn')}
              value={fieldText(each.in)}
              kind="expression"
              task={id}
              onChange={(text) => session.set(id, ['each', 'in'], text)}
            />
            <div className={css.pair}>
              <NumberInput
                label={t('designer.inspector.concurrency')}
                min={1}
                allowDecimal={false}
                value={typeof each.concurrency === 'number' ? each.concurrency : 1}
                onChange={(value) => session.set(id, ['each', 'concurrency'], typeof value === 'number' && value > 1 ? value : undefined)}
              />
              <Select
                label={t('designer.inspector.onFailure')}
                data={(['stop', 'collect'] as const).map((value) => ({ value, label: t(`designer.inspector.${value}`) }))}
                value={fieldText(each.on_failure) || 'stop'}
                onChange={(value) => session.set(id, ['each', 'on_failure'], value === 'stop' ? undefined : value)}
              />
            </div>
          </>
        )}
      </Section>
      <AssignSection id={id} task={task} fields={[]} />
    </>
  )
}

function QueryForm({ id, task, catalog }: FormProps) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <Select
        label={t('designer.inspector.source')}
        searchable
        allowDeselect={false}
        data={withUnknown(
          [
            { value: 'events', label: t('designer.inspector.sourceEvents') },
            ...(catalog?.connections.sql ?? []).map((value) => ({ value, label: value })),
          ],
          fieldText(task.source),
          t('designer.inspector.connectionMissing', { name: fieldText(task.source) }),
        )}
        value={fieldText(task.source) || null}
        error={
          catalog &&
          fieldText(task.source) !== '' &&
          fieldText(task.source) !== 'events' &&
          !catalog.connections.sql?.includes(fieldText(task.source))
            ? t('designer.inspector.noConnection')
            : undefined
        }
        onChange={(value) => value && session.set(id, ['source'], value)}
      />
      <Textarea
        label={t('designer.inspector.query')}
        description={t('designer.inspector.queryHint')}
        inputWrapperOrder={['label', 'input', 'description']}
        autosize
        minRows={4}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        value={fieldText(task.query)}
        onChange={(event) => session.set(id, ['query'], event.currentTarget.value)}
      />
      <Section title={t('designer.inspector.queryParameters')}>
        <EntriesField
          entries={record(task.parameters)}
          kind="parameters"
          task={id}
          add={t('designer.inspector.parameterAdd')}
          fresh={() => [freeName('value', Object.keys(record(task.parameters))), '']}
          onChange={(entries) => session.setEntries(id, 'parameters', entries)}
        />
      </Section>
      <AssignSection id={id} task={task} fields={[]} />
    </>
  )
}

/** The name of a task in both languages, and the remark for designers. */
export function NamingFields({ id, task }: { id: string; task: TaskRecord }) {
  const { t } = useTranslation()
  const session = useSession()
  const set = (field: 'name' | 'note', language: 'ko' | 'en', text: string) => {
    const known = record(typeof task[field] === 'string' ? { ko: task[field], en: task[field] } : task[field])
    const next = { ...known, [language]: text === '' ? undefined : text }
    const kept = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined))
    session.set(id, [field], Object.keys(kept).length === 0 ? undefined : kept)
  }
  return (
    <>
      <TextInput
        label={t('designer.inspector.nameKo')}
        value={inLanguage(task.name, 'ko')}
        onChange={(event) => set('name', 'ko', event.currentTarget.value)}
      />
      <TextInput
        label={t('designer.inspector.nameEn')}
        value={inLanguage(task.name, 'en')}
        onChange={(event) => set('name', 'en', event.currentTarget.value)}
      />
      {(['ko', 'en'] as const).map((language) => (
        <Textarea
          key={language}
          label={`${t('designer.inspector.note')} (${language === 'ko' ? '한국어' : 'English'})`}
          description={language === 'en' ? t('designer.inspector.noteHint') : undefined}
          inputWrapperOrder={['label', 'input', 'description']}
          autosize
          minRows={2}
          value={inLanguage(task.note, language)}
          onChange={(event) => set('note', language, event.currentTarget.value)}
        />
      ))}
      <IdField id={id} />
    </>
  )
}

/** The id that expressions know a task by. Leaving the field renames it, and what reads it follows. */
function IdField({ id }: { id: string }) {
  const { t } = useTranslation()
  const session = useSession()
  const [typed, setTyped] = useState(id)
  const taken = typed !== id && (typed === START || typed in session.graph.tasks)
  const wrong = !isName(typed) ? 'name_rule' : taken ? 'idTaken' : undefined
  const rename = () => {
    if (typed === id) return
    const count = wrong ? undefined : session.rename(id, typed)
    if (count === undefined) setTyped(id)
    else notify({ kind: 'done', text: t('designer.inspector.renamed', { id: typed, count }) })
  }
  return (
    <TextInput
      label={t('designer.inspector.id')}
      description={t('designer.inspector.idHint')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={typed}
      spellCheck={false}
      classNames={{ input: 'mono' }}
      error={wrong && t(`designer.inspector.${wrong}`)}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={rename}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.code === 'Enter') rename()
        else if (event.code === 'Escape') setTyped(id)
      }}
    />
  )
}
