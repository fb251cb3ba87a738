import { Button, Checkbox, Radio, SegmentedControl, Stack, Textarea } from '@mantine/core'
import { useRef, useState } from 'react'
import { useText, useTranslation } from '../../app/i18n'
import { useOperator } from '../../app/workspace'
import type { Answer, QuestionKind } from '../../generated/api'
import { Icon, Kbd, useShortcuts } from '../../kit'
import css from './work.module.css'

const LONGEST = 2000

/** The box at the foot of a memo: opinion and decision, or the value that a question asks for. */
export function AnswerForm(props: {
  kind: QuestionKind
  alike: { listed: number; count: number } | undefined
  all: boolean
  onAll: (all: boolean) => void
  actions: number
  busy: boolean
  ready: boolean
  onAnswer: (answer: Answer) => void
}) {
  const { t } = useTranslation()
  const asks = props.kind.kind === 'approval' || props.kind.kind === 'gate'
  return (
    <div className={css.decide}>
      {props.alike ? (
        <div className={css.decideRow}>
          <SegmentedControl
            aria-label={t('work.scope')}
            value={props.all ? 'all' : 'one'}
            onChange={(value) => props.onAll(value === 'all')}
            data={[
              { value: 'one', label: t('work.only_this') },
              { value: 'all', label: t('work.all_alike', { count: props.alike.listed }) },
            ]}
          />
          {props.alike.count > props.alike.listed ? (
            <span className="t2 s12">{t('work.more_alike', { listed: props.alike.listed, count: props.alike.count })}</span>
          ) : null}
        </div>
      ) : null}
      {asks ? <Decision {...props} /> : props.kind.kind === 'boolean' ? <YesNo {...props} /> : <Value {...props} />}
    </div>
  )
}

type FormProps = Parameters<typeof AnswerForm>[0]

function Decision({ actions, busy, ready, onAnswer }: FormProps) {
  const { t } = useTranslation()
  const operator = useOperator()
  const [opinion, setOpinion] = useState('')
  const [missing, setMissing] = useState(false)
  const box = useRef<HTMLTextAreaElement>(null)

  const approve = () => {
    if (!busy && ready) onAnswer({ approved: true, ...(opinion.trim() ? { opinion: opinion.trim() } : {}) })
  }
  const reject = () => {
    if (busy || !ready) return
    if (opinion.trim() === '') {
      setMissing(true)
      box.current?.focus()
    } else onAnswer({ approved: false, opinion: opinion.trim() })
  }
  // A key that is held down decides once.
  useShortcuts({ KeyA: (event) => event.repeat || approve(), KeyR: (event) => event.repeat || reject() })
  return (
    <>
      <Textarea
        ref={box}
        label={
          <span className="row" style={{ gap: 6 }}>
            {t('work.opinion')}
            <span className="t3">{t('work.opinion_hint')}</span>
          </span>
        }
        rightSection={null}
        minRows={2}
        maxRows={6}
        autosize
        maxLength={LONGEST}
        value={opinion}
        onChange={(event) => {
          setOpinion(event.currentTarget.value)
          setMissing(false)
        }}
        error={missing ? t('work.opinion_needed') : undefined}
        description={opinion.length > 0 ? `${opinion.length.toLocaleString()} / ${LONGEST.toLocaleString()}` : undefined}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
      />
      <div className={css.decideRow}>
        <span className="t2 s12">{t(actions > 0 ? 'work.signed_bound' : 'work.signed', { name: operator })}</span>
        <div className={css.buttons}>
          <Button onClick={reject} disabled={busy || !ready}>
            {t('work.reject')}
            <Kbd keys="R" />
          </Button>
          <Button className={css.primary} variant="filled" onClick={approve} loading={busy || !ready} leftSection={<Icon name="check" />}>
            {actions > 0 ? t('work.approve_count', { count: actions }) : t('work.approve')}
            <Kbd keys="A" />
          </Button>
        </div>
      </div>
    </>
  )
}

function YesNo({ busy, ready, onAnswer }: FormProps) {
  const { t } = useTranslation()
  const operator = useOperator()
  const give = (value: boolean) => {
    if (!busy && ready) onAnswer({ value })
  }
  useShortcuts({ KeyA: (event) => event.repeat || give(true), KeyR: (event) => event.repeat || give(false) })
  return (
    <div className={css.decideRow}>
      <span className="t2 s12">{t('work.signed', { name: operator })}</span>
      <div className={css.buttons}>
        <Button onClick={() => give(false)} disabled={busy || !ready}>
          {t('work.no')}
          <Kbd keys="R" />
        </Button>
        <Button
          className={css.primary}
          variant="filled"
          onClick={() => give(true)}
          loading={busy || !ready}
          leftSection={<Icon name="check" />}
        >
          {t('work.yes')}
          <Kbd keys="A" />
        </Button>
      </div>
    </div>
  )
}

function Value({ kind, busy, ready, onAnswer }: FormProps) {
  const { t } = useTranslation()
  const label = useText()
  const operator = useOperator()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<string[]>([])
  const isChoice = kind.kind === 'choice'
  const empty = isChoice ? chosen.length === 0 : text.trim() === ''
  const submit = () => {
    if (busy || !ready || empty) return
    if (!isChoice) onAnswer({ value: text })
    else onAnswer({ value: kind.multiple ? chosen : (chosen[0] ?? '') })
  }
  const choices = isChoice
    ? kind.choices.map((choice) =>
        typeof choice === 'string' ? { value: choice, label: choice } : { value: choice.value, label: label(choice.label) },
      )
    : []
  return (
    <>
      {isChoice && kind.multiple ? (
        <Checkbox.Group label={t('work.answer_many')} value={chosen} onChange={setChosen}>
          <Stack gap={4}>
            {choices.map((choice) => (
              <Checkbox key={choice.value} value={choice.value} label={choice.label} />
            ))}
          </Stack>
        </Checkbox.Group>
      ) : isChoice ? (
        <Radio.Group label={t('work.answer_single')} value={chosen[0] ?? ''} onChange={(value) => setChosen([value])}>
          <Stack gap={4}>
            {choices.map((choice) => (
              <Radio key={choice.value} value={choice.value} label={choice.label} />
            ))}
          </Stack>
        </Radio.Group>
      ) : (
        <Textarea
          label={t('work.answer_text')}
          autosize
          minRows={2}
          maxRows={10}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.ctrlKey && event.code === 'Enter' && !event.nativeEvent.isComposing) submit()
          }}
        />
      )}
      <div className={css.decideRow}>
        <span className="t2 s12">{t('work.signed', { name: operator })}</span>
        <div className={css.buttons}>
          <Button
            className={css.primary}
            variant="filled"
            onClick={submit}
            loading={busy || !ready}
            disabled={empty}
            leftSection={<Icon name="check" />}
          >
            {t('work.submit')}
            {isChoice ? null : <Kbd keys="Ctrl Enter" />}
          </Button>
        </div>
      </div>
    </>
  )
}
