import triage from '../../../playbooks/ip-triage.json'
import malware from '../../../playbooks/malware-response.json'
import type {
  AnswerReport,
  Artifact,
  Asset,
  BlocklistEntry,
  ConnectionDetail,
  Evidence,
  ExecutionDetail,
  ExecutionStatus,
  ExecutionSummary,
  Operations,
  Outcome,
  Playbook,
  PlaybookSummary,
  Push,
  QuestionDetail,
  QuestionSummary,
  Settings,
  Severity,
  StartedExecution,
  TaskRun,
  TicketDetail,
  TicketSummary,
  Workspace,
} from '../generated/api'
import type { Door } from '../platform'
import { ApiError } from '../platform'

type Name = keyof Operations
type Bodies = { [N in Name]?: (request: Operations[N]['request']) => { value: Operations[N]['response']; tags: string[] } }

const BASE = Date.now()

/** Returns an instant some seconds before the moment that the fake stands at. */
export function before(seconds: number): string {
  return new Date(BASE - seconds * 1000).toISOString()
}

export const MALWARE = malware as unknown as Playbook

function run(id: string, kind: string, status: TaskRun['status'], more: Partial<TaskRun> = {}): TaskRun {
  return {
    id,
    type: kind,
    status,
    attempts: 0,
    started_at: null,
    ended_at: null,
    input: null,
    output: null,
    outcome: null,
    error: null,
    history: [],
    ...more,
  } as TaskRun
}

/** Returns the runs of the malware playbook at a moment when the judgement is awaited. */
function runs(): TaskRun[] {
  const at = (from: number, to: number | null) => ({ started_at: before(from), ended_at: to === null ? null : before(to) })
  const special: Record<string, Partial<TaskRun> & { status: TaskRun['status'] }> = {
    ip_reputation: {
      status: 'done',
      attempts: 1,
      ...at(1053, 1050.9),
      input: { ip: '203.0.113.77' },
      output: { malicious: 17, harmless: 61, undetected: 16, country: 'NL', owner: 'Example Hosting' },
      outcome: 'done',
      history: [{ number: 1, ...at(1053, 1050.9), error: null } as never],
    },
    md5_reputation: {
      status: 'failed',
      attempts: 3,
      ...at(1053, 870),
      input: { hash: '44d88612fea8a8f36de82e1278abb02f' },
      outcome: 'failed',
      error: { code: 'APP-429', message: 'VirusTotal: quota exceeded; the connection "default" may ask 4 times a minute' },
      history: [
        { number: 1, ...at(1053, 1050), error: { code: 'APP-429', message: 'quota exceeded' } },
        { number: 2, ...at(990, 988), error: { code: 'APP-429', message: 'quota exceeded' } },
        { number: 3, ...at(872, 870), error: { code: 'APP-429', message: 'quota exceeded' } },
      ] as never,
    },
    asset: {
      status: 'done',
      attempts: 1,
      ...at(1053, 1052.2),
      output: { host: 'HR-PC-0142', owner: 'Kim Min-seo', criticality: 'low' },
      outcome: 'done',
    },
    detonation: { status: 'running', attempts: 1, ...at(1051, null), input: { hash: '44d88612fea8a8f36de82e1278abb02f' } },
    host_scan: {
      status: 'needs_review',
      attempts: 1,
      ...at(1051, null),
      history: [{ number: 1, ...at(1051, 680), error: null } as never],
      input: { hash: '44d88612fea8a8f36de82e1278abb02f' },
    },
  }
  return Object.entries(MALWARE.tasks).map(([id, task]) => {
    const known = special[id]
    return known
      ? run(id, task.type, known.status, known)
      : run(
          id,
          task.type,
          task.type === 'input' || task.type === 'approval' ? 'waiting' : 'pending',
          task.type === 'approval' || task.type === 'input' ? { attempts: 1, ...at(860, null), input: { question: '…' } } : {},
        )
  })
}

const ASSETS: Asset[] = [
  {
    host: 'HR-PC-0142',
    addresses: ['192.0.2.41'],
    owner: '김민서',
    os: 'Windows 11',
    role: { ko: '인사팀 업무용', en: 'HR desktop' },
    criticality: 'low',
    sample: true,
  },
  {
    host: 'HR-PC-0158',
    addresses: ['192.0.2.57'],
    owner: '이도윤',
    os: 'Windows 11',
    role: { ko: '인사팀 업무용', en: 'HR desktop' },
    criticality: 'low',
    sample: true,
  },
  {
    host: 'FIN-PC-0021',
    addresses: ['192.0.2.203'],
    owner: '정하은',
    os: 'Windows 10',
    role: { ko: '재무팀 결제 단말', en: 'Payments desktop' },
    criticality: 'medium',
    sample: true,
  },
  {
    host: 'ERP-APP-02',
    addresses: ['192.0.2.214', '198.51.100.14'],
    owner: 'ERP team',
    os: 'Windows Server 2022',
    role: { ko: '월 마감이 도는 ERP 서버입니다', en: 'ERP server; carries month-end closing' },
    criticality: 'high',
    sample: true,
  },
]

const TITLES: Array<[string, string, Severity]> = [
  ['ET MALWARE AgentTesla CnC Exfil', 'malware', 'critical'],
  ['ET WEB_SERVER PHP web shell upload', 'web_attack', 'medium'],
  ['ET SCAN Suspicious inbound to MSSQL port 1433', 'scan', 'low'],
  ['ET EXPLOIT Apache log4j RCE attempt (CVE-2021-44228)', 'exploit', 'high'],
  ['GPL ATTACK_RESPONSE id check returned root \u202egnp.exe', 'malware', 'high'],
]

function ticket(index: number): TicketSummary {
  const [title, kind, severity] = TITLES[index % TITLES.length] as [string, string, Severity]
  return {
    id: 2091 - index,
    title,
    type: kind,
    severity,
    status: index % 5 === 0 ? 'assigned' : index % 7 === 3 ? 'closed' : 'new',
    verdict: index % 7 === 3 ? ((['true_positive', 'false_positive', 'needs_analyst', 'excepted'] as const)[index % 4] ?? null) : null,
    assignee: index % 5 === 0 ? '박지훈' : null,
    src_ip: `192.0.2.${(index * 7) % 250}`,
    dest_ip: `203.0.113.${(index * 13) % 250}`,
    event_count: ((index * 37) % 212) + 1,
    first_event_at: before(1100 + index * 200),
    last_event_at: before(1060 + index * 200),
    opened_at: before(1055 + index * 200),
    updated_at: before(900 + index * 200),
    sample: true,
  }
}

const ARTIFACTS: Artifact[] = [
  { kind: 'ip', value: '192.0.2.41' },
  { kind: 'ip', value: '203.0.113.77' },
  { kind: 'domain', value: 'cdn-update.example' },
  { kind: 'url', value: 'http://cdn-update.example/gate.php?id=44d88612&host=HR-PC-0142' },
  { kind: 'hash', value: '44d88612fea8a8f36de82e1278abb02f' },
  { kind: 'file', value: 'C:\\Users\\kim.ms\\AppData\\Roaming\\svchelper.exe' },
  { kind: 'host', value: 'HR-PC-0142' },
]

function execution(index: number): ExecutionSummary {
  const statuses: ExecutionStatus[] = [
    'running',
    'done',
    'waiting',
    'done',
    'failed',
    'done',
    'needs_review',
    'running',
    'done',
    'cancelled',
    'queued',
    'paused',
  ]
  const status = statuses[index % statuses.length] as ExecutionStatus
  const final = status === 'done' || status === 'failed' || status === 'cancelled'
  const isMalware = index % 3 === 0
  return {
    id: 4187 - index,
    playbook: isMalware ? 'malware-response' : 'ip-triage',
    name: isMalware ? (MALWARE.name ?? 'malware') : { ko: 'IP 분류', en: 'IP triage' },
    version: 7,
    status,
    trigger: index % 4 === 1 ? 'person' : 'ticket',
    ticket: 2091 - index,
    ticket_title: TITLES[index % TITLES.length]?.[0] ?? null,
    current_task: final || status === 'queued' ? null : { id: 'judgement', name: { ko: '악성 여부 판정', en: 'Malicious?' } },
    error_code: status === 'failed' ? 'APP-004' : null,
    queued_at: before(1054 + index * 300),
    started_at: status === 'queued' ? null : before(1053 + index * 300),
    ended_at: final ? before(1047 + index * 300 - (index % 9) * 20) : null,
    started_by: '박지훈',
    parent: null,
    rerun_of: null,
  }
}

function question(id: number, over: Partial<QuestionSummary> = {}): QuestionSummary {
  return {
    id,
    text: {
      ko: 'HR-PC-0142에서 02:13에 확인된 파일이 알려진 C2 주소와 통신했습니다. 같은 MD5 44d88612fea8a8f36de82e1278abb02f 가 호스트 세 대에서 더 발견되었습니다. 악성으로 판정하고 네 대 모두에서 격리할까요?',
      en: 'A file seen at 02:13 on HR-PC-0142 contacted a known C2 address. The same MD5 44d88612fea8a8f36de82e1278abb02f is on three more hosts. Judge it malicious, and quarantine it on all four?',
    },
    execution: 4187,
    ticket: 2091,
    ticket_title: TITLES[0]?.[0] ?? null,
    severity: 'critical',
    assignee: null,
    asked_at: before(860),
    deadline: new Date(Date.now() + 22 * 60_000).toISOString(),
    ...over,
  }
}

const EVIDENCE: Evidence[] = [
  {
    task: 'ip_reputation',
    name: { ko: '1 IP 평판 조회', en: '1 IP reputation' },
    app: 'VirusTotal',
    status: 'done',
    error_code: null,
    output: { malicious: 17, harmless: 61, undetected: 16, country: 'NL', owner: 'Example Hosting' },
    ended_at: before(1050),
  },
  {
    task: 'asset',
    name: { ko: '3 자산 조회', en: '3 Asset look-up' },
    app: { ko: '해태', en: 'Haetae' },
    status: 'done',
    error_code: null,
    output: { host: 'HR-PC-0142', owner: '김민서', criticality: 'low', addresses: ['192.0.2.41'] },
    ended_at: before(1052),
  },
  {
    task: 'host_scan',
    name: { ko: '5 전체 호스트 검사', en: '5 Scan all hosts' },
    app: 'EDR',
    status: 'done',
    error_code: null,
    output: { hosts: ASSETS.map((asset) => asset.host), scanned: 240, found: 4 },
    ended_at: before(900),
  },
]

function detail(summary: QuestionSummary, kind: 'approval' | 'string' | 'choice' | 'boolean' | 'gate'): QuestionDetail {
  const releases = ASSETS.map((asset) => ({
    task: 'quarantine',
    name: { ko: '7 감염 호스트 격리', en: '7 Quarantine hosts' },
    app: 'EDR',
    command_name: { ko: '파일 격리', en: 'Quarantine a file' },
    call: {
      app: 'edr',
      connection: 'default',
      command: 'quarantine',
      parameters: { host: asset.host, hash: '44d88612fea8a8f36de82e1278abb02f' },
    },
    undo: { ko: '복원, 30일 안', en: 'restore, within 30 days' },
    assets: [asset],
  }))
  const asks = kind === 'approval' || kind === 'gate'
  return {
    summary,
    question: {
      number: 1,
      task: 'judgement',
      text: summary.text,
      ...(summary.deadline ? { deadline: summary.deadline } : {}),
      kind:
        kind === 'choice'
          ? { kind, choices: ['Finance', { value: 'it', label: { ko: 'IT 운영', en: 'IT operations' } }], multiple: false }
          : asks
            ? { kind, releases: releases.map(({ task, call }) => ({ task, call })), hash: `hash-${summary.id}` }
            : { kind },
    },
    playbook: MALWARE.name ?? '',
    version: 7,
    task: kind === 'approval' ? { ko: '악성 여부 판정', en: 'Malicious?' } : { ko: '확인 질문', en: 'A question' },
    evidence: EVIDENCE,
    missing: [
      {
        task: 'md5_reputation',
        name: { ko: '2 MD5 평판 조회', en: '2 MD5 reputation' },
        app: 'VirusTotal',
        status: 'failed',
        error_code: 'APP-429',
        output: null,
        ended_at: before(870),
      },
      {
        task: 'detonation',
        name: { ko: '4 샌드박스 분석', en: '4 Sandbox detonation' },
        app: 'Sandbox',
        status: 'running',
        error_code: null,
        output: null,
        ended_at: null,
      },
    ],
    releases: asks ? releases : [],
    if_rejected: asks ? [{ ko: '6 허용 목록 등록', en: '6 Whitelist the file' }] : [],
    if_expired: [],
    answered: null,
  }
}

function summaryOf(document: Playbook, over: Partial<PlaybookSummary>): PlaybookSummary {
  return {
    id: document.id,
    name: document.name ?? document.id,
    description: document.description ?? null,
    version: 7,
    draft: false,
    saved_at: before(9000),
    saved_by: '박지훈',
    tasks: Object.keys(document.tasks).length,
    errors: 0,
    warnings: 0,
    enabled: true,
    act_alone: false,
    sample: true,
    last_execution_at: before(1053),
    ...over,
  }
}

const REPORT = `# 사고 보고서 T-2091

## 요약
HR-PC-0142에서 **AgentTesla** 통신을 확인했습니다. <script>alert(1)</script>

| 시각 | 누가 | 무엇을 |
|---|---|---|
| 02:14 | 자동 | IP 평판 조회: 94개 중 17개 엔진이 악성 |
| 02:31 | 박지훈 | 격리를 승인 |

- [알려진 C2 주소](http://203.0.113.77/gate.php)
- 파일: \`svchelper.exe\`
`

/** A backend in memory, with enough in it to show every screen; used by tests and by the preview page of the dev server. */
export class FakeBackend implements Door {
  readonly calls: Array<{ operation: string; request: unknown }> = []
  readonly refuse = new Map<string, ApiError>()
  private readonly listeners = new Set<(push: Push) => void>()
  tickets = Array.from({ length: 640 }, (_, index) => ticket(index))
  executions = Array.from({ length: 900 }, (_, index) => execution(index))
  blocklist: BlocklistEntry[] = Array.from({ length: 5 }, (_, index) => ({
    id: index + 1,
    artifact: { kind: index === 3 ? 'domain' : 'ip', value: index === 3 ? 'cdn-update.example' : `203.0.113.${70 + index}` },
    reason: 'C2 통신 확인 (T-2091)',
    added_by: index % 2 ? '박지훈' : 'ip-block',
    added_at: before(5000 * index),
    expires_at: new Date(Date.now() + (index - 1) * 86_400_000 * 7).toISOString(),
    ticket: 2091,
    expired: index === 0,
  }))
  connections: ConnectionDetail[] = [
    {
      app: 'virustotal',
      name: 'default',
      options: { url: 'http://127.0.0.1:49152/virustotal' },
      credential: 'virustotal-default',
      credential_fields_set: ['api_key'],
      health: { tested_at: before(1200), milliseconds: 48, error: null },
      sample: true,
    },
    {
      app: 'abuseipdb',
      name: 'default',
      options: { url: 'https://api.abuseipdb.com' },
      credential: 'abuseipdb-default',
      credential_fields_set: [],
      health: {
        tested_at: before(600),
        milliseconds: 120,
        error: {
          code: 'APP-004',
          message: { ko: 'AbuseIPDB가 키를 거절했습니다.', en: 'AbuseIPDB refused the key.' },
          hint: { ko: '연결을 열어 키를 다시 넣으세요.', en: 'Open the connection and set the key again.' },
        },
      },
      sample: false,
    },
  ]
  settings: Settings = {
    operator: '박지훈',
    language: null,
    theme: 'system',
    execution_limit: 8,
    task_limit: 64,
    actions_stopped: false,
    never_block: ['192.0.2.0/24', 'update.example'],
    time_zone: 'Asia/Seoul',
  }
  workspace: Omit<Workspace, 'settings'> = {
    version: '0.1.0',
    data_directory: '/home/analyst/.local/share/haetae',
    keyring_problem: null,
    sample: true,
    empty: false,
    counts: { work: 10, tickets: 41, running: 3, queued: 0 },
  }
  questions = new Map<number, QuestionDetail>([
    ...[71, 72, 73].map((id): [number, QuestionDetail] => [
      id,
      detail(question(id, { ticket: 2091 - (id - 71) * 5, ticket_title: TITLES[0]?.[0] ?? null }), 'approval'),
    ]),
    [
      80,
      detail(
        question(80, {
          severity: 'high',
          deadline: null,
          text: { ko: '보고서에 덧붙일 의견을 적어 주세요.', en: 'What should the report add?' },
        }),
        'string',
      ),
    ],
    [81, detail(question(81, { severity: 'low', text: { ko: 'FIN-DB-02는 누가 맡나요?', en: 'Which owner takes FIN-DB-02?' } }), 'choice')],
    [
      82,
      detail(
        question(82, {
          severity: 'medium',
          text: { ko: '방화벽에서 198.51.100.23을 지금 차단할까요?', en: 'Block 198.51.100.23 on the firewall now?' },
        }),
        'gate',
      ),
    ],
  ])

  async call(operation: string, request: unknown) {
    this.calls.push({ operation, request })
    const refusal = this.refuse.get(operation)
    if (refusal) throw refusal
    const body = this.bodies[operation as Name] as ((request: unknown) => { value: unknown; tags: string[] }) | undefined
    if (!body) throw new ApiError({ code: 'API-404', message: { ko: `없는 명령: ${operation}`, en: `No such operation: ${operation}` } })
    await Promise.resolve()
    return structuredClone(body(request))
  }

  subscribe(listener: (push: Push) => void, connection: (up: boolean) => void) {
    this.listeners.add(listener)
    connection(true)
    return () => this.listeners.delete(listener)
  }

  /** Pushes to the window, as the backend does. */
  push(push: Push): void {
    for (const listener of this.listeners) listener(push)
  }

  private changed(...tags: string[]): string[] {
    queueMicrotask(() => this.push({ push: 'changed', tags }))
    return tags
  }

  executionDetail(id: number): ExecutionDetail {
    const summary = this.executions.find((row) => row.id === id) ?? execution(0)
    const document = summary.playbook === 'malware-response' ? MALWARE : (triage as unknown as Playbook)
    const tasks =
      summary.playbook === 'malware-response'
        ? runs()
        : Object.entries(document.tasks).map(([task, each]) => run(task, each.type, summary.status === 'done' ? 'done' : 'pending'))
    const status = new Map(tasks.map((task) => [task.id, task.status]))
    return {
      summary,
      document,
      tasks,
      calls: [],
      links: document.links.map((link) =>
        link.from === 'start'
          ? 'fired'
          : status.get(link.from) === 'done' && (link.outcome ?? 'done') === 'done'
            ? 'fired'
            : status.get(link.from) === 'failed' && link.outcome === 'failed'
              ? 'fired'
              : 'open',
      ),
      variables: { ip_malicious: 17, asset_host: 'HR-PC-0142', hosts: ASSETS.map((asset) => asset.host) },
      input: { ticket: { id: 2091, title: summary.ticket_title } },
      truncated: [],
      questions: [{ id: 71, execution: id, question: (this.questions.get(71) as QuestionDetail).question, asked_at: before(860) }],
    } as ExecutionDetail
  }

  private startedExecution(id: number): StartedExecution {
    const { summary, variables, questions } = this.executionDetail(id)
    return { summary, variables, questions, failures: [] }
  }

  private ticketDetail(id: number): TicketDetail {
    const summary = this.tickets.find((row) => row.id === id) ?? ticket(0)
    return {
      summary,
      signature: summary.title,
      signature_id: 2030171,
      category: 'Malware Command and Control Activity Detected',
      artifacts: ARTIFACTS,
      events: Array.from({ length: Math.min(summary.event_count, 200) }, (_, index) => ({
        id: `e${index}`,
        at: before(1060 + index * 3),
        signature: summary.title,
        signature_id: 2030171,
        category: 'Malware Command and Control Activity Detected',
        severity: summary.severity,
        src_ip: summary.src_ip,
        src_port: 49_152 + index,
        dest_ip: summary.dest_ip,
        dest_port: 587,
        protocol: 'TCP',
        action: 'allowed',
      })),
      timeline: [
        { at: before(1055), by: 'rule', automatic: true, kind: 'opened', text: summary.title, execution: null },
        { at: before(1053), by: 'malware-response', automatic: true, kind: 'execution', text: '', execution: 4187 },
        {
          at: before(700),
          by: '박지훈',
          automatic: false,
          kind: 'comment',
          text: 'ERP 담당자에게 **전화로** 알렸습니다. <img src=x onerror=alert(1)>',
          execution: null,
        },
        { at: before(400), by: 'ip-block', automatic: true, kind: 'blocked', text: '203.0.113.77', execution: 4186 },
      ],
      executions: this.executions.slice(0, 2),
      report: REPORT,
    }
  }

  private readonly bodies: Bodies = {
    'workspace.show': () => ({
      value: { ...this.workspace, settings: this.settings },
      tags: ['workspace', 'executions', 'questions', 'tickets', 'settings'],
    }),
    'settings.save': (request) => {
      this.settings = { ...this.settings, ...request }
      return { value: this.settings, tags: this.changed('settings', 'workspace') }
    },
    'actions.stop': ({ stopped }) => {
      this.settings = { ...this.settings, actions_stopped: stopped }
      return { value: this.settings, tags: this.changed('settings', 'workspace', 'executions') }
    },
    'sample.load': () => {
      this.workspace = { ...this.workspace, sample: true, empty: false }
      return {
        value: { playbooks: 3, connections: 6, assets: 40, events: 25, tickets: 6, executions: 6 },
        tags: this.changed('workspace', 'playbooks', 'tickets', 'executions', 'questions'),
      }
    },
    'sample.remove': () => {
      this.workspace = { ...this.workspace, sample: false, empty: true }
      return {
        value: { playbooks: 3, connections: 6, assets: 40, events: 25, tickets: 6, executions: 6 },
        tags: this.changed('workspace', 'playbooks', 'tickets', 'executions', 'questions'),
      }
    },
    'question.list': () => {
      const open = [...this.questions.values()].filter((each) => !each.answered)
      const group = (kind: string, ids: number[]) => {
        const questions = open.filter((each) => ids.includes(each.summary.id)).map((each) => each.summary)
        return questions[0]
          ? [
              {
                kind,
                questions,
                count: questions.length,
                severity: questions[0].severity,
                deadline: questions[0].deadline,
                playbook: MALWARE.name ?? '',
                task: { ko: '악성 여부 판정', en: 'Malicious?' },
              },
            ]
          : []
      }
      return {
        value: {
          groups: [...group('approval', [71, 72, 73]), ...group('gate', [82]), ...group('input', [80]), ...group('input', [81])],
          reviews: [
            {
              execution: 4187,
              playbook: MALWARE.name ?? '',
              task: 'host_scan',
              task_name: { ko: '5 전체 호스트 검사', en: '5 Scan all hosts' },
              ticket: 2091,
              since: before(680),
              call: { app: 'edr', connection: 'default', command: 'scan-hosts', parameters: { hash: '44d88612fea8a8f36de82e1278abb02f' } },
            },
          ],
          tickets: this.tickets.filter((each) => each.status === 'new').slice(0, 20),
          new_tickets: this.tickets.filter((each) => each.status === 'new').length,
        },
        tags: ['questions', 'tickets'],
      }
    },
    'question.show': ({ id }) => {
      const found = this.questions.get(id)
      if (!found) throw new ApiError({ code: 'API-404', message: { ko: '없는 질문입니다.', en: 'There is no such question.' } })
      return { value: found, tags: [`question:${id}`, 'questions'] }
    },
    'question.answer': ({ ids, answer }) => {
      const report: AnswerReport = { answered: 0, refused: [] }
      for (const id of ids) {
        const found = this.questions.get(id)
        if (!found || found.answered)
          report.refused.push({
            id,
            error: { code: 'CONFLICT', message: { ko: '이미 다른 사람이 답했습니다.', en: 'Somebody else was first.' } },
          })
        else {
          found.answered = { answer, by: this.settings.operator, at: new Date().toISOString() }
          report.answered += 1
        }
      }
      return { value: report, tags: this.changed('questions', 'executions', 'workspace', ...ids.map((id) => `question:${id}`)) }
    },
    'execution.list': (request) => {
      const wanted = request.search?.toLowerCase()
      const rows = this.executions.filter(
        (row) =>
          (!request.status || request.status.includes(row.status)) &&
          (!request.playbook || row.playbook === request.playbook) &&
          (!wanted || (row.ticket_title ?? '').toLowerCase().includes(wanted)),
      )
      const offset = request.offset ?? 0
      const end = offset + (request.limit ?? 200)
      return {
        value: {
          executions: rows.slice(offset, end),
          total: rows.length,
          exact: true,
          next_offset: end < rows.length ? end : null,
          matches: [],
          kept: [],
        },
        tags: ['executions'],
      }
    },
    'execution.show': ({ id }) => ({ value: this.executionDetail(id), tags: [`execution:${id}`] }),
    'execution.watch': ({ id }) => {
      const { summary, document, tasks, links, questions, calls } = this.executionDetail(id)
      const drawn = Object.entries(document.tasks)
      const placed = (axis: 'x' | 'y') => drawn.map(([task]) => document.layout?.tasks?.[task]?.[axis] ?? null)
      const drawing = {
        tasks: drawn.map(([task]) => task),
        types: drawn.map(([, task]) => task.type),
        type_of: drawn.map((_, place) => place),
        names: drawn.map(([, task]) => task.name ?? null),
        x: placed('x'),
        y: placed('y'),
        any: [],
        disabled: [],
        from: document.links.map((link) => drawn.findIndex(([task]) => task === link.from)),
        to: document.links.map((link) => drawn.findIndex(([task]) => task === link.to)),
        outcomes: document.links.flatMap((link, place): Array<[number, Outcome]> => (link.outcome ? [[place, link.outcome]] : [])),
        notes: document.layout?.notes ?? null,
      }
      const marks = tasks.map((each) => ({
        id: each.id,
        status: each.status,
        attempts: each.attempts,
        ...(each.started_at ? { started_at: each.started_at } : {}),
        ...(each.ended_at ? { ended_at: each.ended_at } : {}),
        ...(each.outcome ? { outcome: each.outcome } : {}),
        ...(each.error ? { error_code: each.error.code } : {}),
        ...(each.answered_by ? { answered_by: each.answered_by } : {}),
      }))
      const letters = links.map((state) => state[0]).join('')
      return {
        value: {
          summary,
          sequence: 1,
          drawing_key: summary.playbook,
          drawing,
          plain: { tasks: [], status: '', since: 0, started: [], ended: [] },
          tasks: marks,
          links: [letters],
          questions,
          calls,
          kept: false,
        },
        tags: [`execution:${id}`],
      }
    },
    'execution.task': ({ id, task }) => ({
      value: {
        name: this.executionDetail(id).document.tasks[task]?.name ?? task,
        task: this.executionDetail(id).document.tasks[task] ?? null,
        run: this.executionDetail(id).tasks.find((each) => each.id === task) as TaskRun,
        truncated: [],
      },
      tags: [`execution:${id}`],
    }),
    'execution.log': ({ id }) => ({
      value: {
        entries: [
          { sequence: 1, at: before(1053), event: 'started', task: null, by: '박지훈', text: null },
          { sequence: 2, at: before(1052.2), event: 'task_succeeded', task: 'asset', by: null, text: null },
          { sequence: 3, at: before(1050.9), event: 'task_succeeded', task: 'ip_reputation', by: null, text: null },
          { sequence: 4, at: before(1050), event: 'task_failed', task: 'md5_reputation', by: null, text: 'APP-429' },
          { sequence: 5, at: before(680), event: 'task_interrupted', task: 'host_scan', by: null, text: null },
        ],
      },
      tags: [`execution:${id}`],
    }),
    'execution.start': () => ({ value: this.startedExecution(4187), tags: this.changed('executions', 'workspace') }),
    'execution.pause': ({ id }) => ({ value: {}, tags: this.setStatus(id, 'paused') }),
    'execution.resume': ({ id }) => ({ value: {}, tags: this.setStatus(id, 'running') }),
    'execution.cancel': ({ id }) => ({ value: {}, tags: this.setStatus(id, 'cancelled') }),
    'execution.review': ({ id }) => ({ value: {}, tags: this.changed(`execution:${id}`, 'executions', 'questions') }),
    'ticket.list': (request) => {
      const wanted = request.search?.toLowerCase()
      const rows = this.tickets.filter(
        (row) => (!request.status || request.status.includes(row.status)) && (!wanted || row.title.toLowerCase().includes(wanted)),
      )
      const offset = request.offset ?? 0
      return { value: { tickets: rows.slice(offset, offset + (request.limit ?? 200)), total: rows.length }, tags: ['tickets'] }
    },
    'ticket.show': ({ id }) => ({ value: this.ticketDetail(id), tags: [`ticket:${id}`] }),
    'ticket.comment': ({ id }) => ({ value: {}, tags: this.changed(`ticket:${id}`, 'tickets') }),
    'ticket.assign': ({ id, assignee }) => {
      this.tickets = this.tickets.map((row) => (row.id === id ? { ...row, assignee, status: assignee ? 'assigned' : 'new' } : row))
      return { value: {}, tags: this.changed(`ticket:${id}`, 'tickets') }
    },
    'ticket.close': ({ id, closed, verdict }) => {
      this.tickets = this.tickets.map((row) => (row.id === id ? { ...row, verdict, status: closed ? 'closed' : 'assigned' } : row))
      return { value: {}, tags: this.changed(`ticket:${id}`, 'tickets', 'workspace') }
    },
    'event.show': () => ({
      value: {
        summary: this.ticketDetail(2091).events[0] as never,
        raw: {
          timestamp: before(1060),
          event_type: 'alert',
          src_ip: '192.0.2.41',
          dest_ip: '203.0.113.77',
          alert: { signature: TITLES[0]?.[0], severity: 1, metadata: { mitre_tactic_id: ['TA0011'] } },
          http: { hostname: 'cdn-update.example', url: '/gate.php', user_agent: 'Mozilla/4.0\u202e' },
        },
        payload: btoa('POST /gate.php HTTP/1.1\r\nHost: cdn-update.example\r\nUser-Agent: Mozilla/4.0\r\n\r\nid=44d88612\x00\x01\x02'),
      },
      tags: ['events'],
    }),
    'event.ingest': ({ files }) => ({
      value: {
        files: files.length,
        lines: 5290,
        stored: 5288,
        duplicates: 0,
        rejected: 2,
        rejects_file: '/tmp/rejects.ndjson',
        tickets_opened: 41,
        tickets_merged: 900,
        executions_started: 41,
        rejects: [{ file: files[0] ?? '', line: 17, reason: 'expected value at column 1' }],
      },
      tags: this.changed('tickets', 'executions', 'events', 'workspace'),
    }),
    'playbook.list': () => ({
      value: {
        playbooks: [
          summaryOf(MALWARE, { warnings: 2 }),
          summaryOf(triage as unknown as Playbook, { draft: true, version: 3 }),
          summaryOf(
            { ...MALWARE, id: 'phishing', name: { ko: '피싱 메일 처리', en: 'Phishing mail' } },
            { errors: 1, warnings: 1, enabled: false, sample: false, last_execution_at: null },
          ),
        ],
      },
      tags: ['playbooks'],
    }),
    'playbook.show': ({ id }) => {
      const document = id === 'ip-triage' ? (triage as unknown as Playbook) : MALWARE
      return { value: { summary: summaryOf(document, {}), version: 7, document, draft: null }, tags: [`playbook:${id}`] }
    },
    'playbook.check': () => ({ value: { diagnostics: [] }, tags: ['catalog'] }),
    'playbook.save_draft': ({ id }) => ({
      value: { saved_at: new Date().toISOString(), diagnostics: [] },
      tags: this.changed(`playbook:${id}`),
    }),
    'playbook.versions': ({ id }) => ({ value: { versions: [] }, tags: [`playbook:${id}`] }),
    'playbook.allow': ({ id }) => ({ value: {}, tags: this.changed(`playbook:${id}`, 'playbooks') }),
    'playbook.delete': ({ id }) => ({ value: {}, tags: this.changed(`playbook:${id}`, 'playbooks') }),
    'catalog.show': () => ({
      value: {
        catalog: {
          apps: { virustotal: { id: 'virustotal', name: 'VirusTotal', vendor: 'Google', needs_connection: true, commands: {} } },
          connections: { virustotal: ['default'] },
          playbooks: [],
        } as never,
      },
      tags: ['catalog', 'connections'],
    }),
    'blocklist.list': () => ({ value: { entries: this.blocklist }, tags: ['blocklist'] }),
    'blocklist.remove': ({ id }) => {
      this.blocklist = this.blocklist.filter((entry) => entry.id !== id)
      return { value: {}, tags: this.changed('blocklist') }
    },
    'asset.list': () => ({ value: { assets: ASSETS }, tags: ['assets'] }),
    'app.list': () => ({
      value: {
        apps: [
          {
            id: 'virustotal',
            name: 'VirusTotal',
            vendor: 'Google',
            description: { ko: '파일, 주소, 도메인의 평판을 조회합니다.', en: 'Looks up the reputation of files, addresses and domains.' },
            options: [
              { name: 'url', type: 'string', required: true, label: { ko: '주소', en: 'Address' }, default: 'https://www.virustotal.com' },
            ],
            credential_fields: [
              {
                name: 'api_key',
                label: { ko: 'API 키', en: 'API key' },
                description: { ko: '프로필의 API key 화면에 있습니다.', en: 'On the API key page of your profile.' },
              },
            ],
            commands: [
              {
                id: 'ip-report',
                name: { ko: 'IP 평판', en: 'IP report' },
                description: { ko: '주소 하나의 평판을 조회합니다.', en: 'Looks up one address.' },
                idempotent: true,
                destructive: false,
                parameters: [{ name: 'ip', type: 'ip', required: true, description: { ko: '조회할 주소', en: 'The address' } }],
                output: [
                  {
                    name: 'malicious',
                    type: 'number',
                    description: { ko: '악성으로 판정한 엔진의 수', en: 'How many engines call it malicious' },
                  },
                ],
              },
            ],
          },
          {
            id: 'edr',
            name: 'EDR',
            vendor: 'Generic',
            description: { ko: '호스트를 검사하고 격리합니다.', en: 'Scans and quarantines hosts.' },
            options: [{ name: 'url', type: 'string', required: true }],
            credential_fields: [],
            commands: [
              {
                id: 'quarantine',
                name: { ko: '파일 격리', en: 'Quarantine a file' },
                idempotent: true,
                destructive: true,
                undo: { ko: '복원, 30일 안', en: 'restore, within 30 days' },
                parameters: [],
                output: [],
              },
            ],
          },
          {
            id: 'abuseipdb',
            name: 'AbuseIPDB',
            vendor: 'Marathon Studios',
            description: { ko: '주소 신고 이력을 조회합니다.', en: 'Looks up abuse reports of an address.' },
            options: [],
            credential_fields: [{ name: 'api_key', label: { ko: 'API 키', en: 'API key' } }],
            commands: [],
          },
        ] as never,
      },
      tags: ['catalog', 'connections'],
    }),
    'connection.list': () => ({ value: { connections: this.connections }, tags: ['connections'] }),
    'connection.save': ({ app, name, options, credential }) => {
      const saved: ConnectionDetail = {
        app,
        name,
        options,
        credential: credential ?? `${app}-${name}`,
        credential_fields_set: [],
        health: null,
        sample: false,
      }
      this.connections = [...this.connections.filter((each) => each.app !== app || each.name !== name), saved]
      return { value: saved, tags: this.changed('connections', 'catalog') }
    },
    'connection.test': () => ({
      value: { tested_at: new Date().toISOString(), milliseconds: 31, error: null },
      tags: this.changed('connections'),
    }),
    'connection.delete': ({ app, name }) => {
      this.connections = this.connections.filter((each) => each.app !== app || each.name !== name)
      return { value: {}, tags: this.changed('connections', 'catalog') }
    },
    'credential.list': () => ({ value: { credentials: [] }, tags: ['credentials'] }),
    'credential.set': () => ({ value: {}, tags: this.changed('credentials', 'connections', 'workspace') }),
  }

  private setStatus(id: number, status: ExecutionStatus): string[] {
    this.executions = this.executions.map((row) => (row.id === id ? { ...row, status } : row))
    queueMicrotask(() => this.push({ push: 'transition', execution: id, status, tasks: [], at: new Date().toISOString() }))
    return [`execution:${id}`, 'executions']
  }
}
