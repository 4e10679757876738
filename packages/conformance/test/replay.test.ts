import { afterAll, describe, expect, it } from '@jest/globals';
import { type Replayed, replayRecordings } from '../src/recordings/replay.ts';
import { sectionOf, tableOf } from '../src/recordings/report.ts';
import { checkoutOf, snapshotOf } from './checkout.ts';

const SQS = `
import json
import aws_cdk as cdk
import pytest
from botocore.exceptions import ClientError
from localstack.testing.pytest import markers
from localstack.utils.strings import short_uid


@pytest.fixture
def full_queue(sqs_create_queue, aws_client):
    url = sqs_create_queue()
    aws_client.sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"n": 1}))
    yield url
    aws_client.sqs.delete_queue(QueueUrl=url)


class TestQueues:
    @markers.aws.validated
    def test_receive(self, full_queue, aws_client, snapshot):
        snapshot.add_transformer(snapshot.transform.key_value("ReceiptHandle", "handle"))
        answer = aws_client.sqs.receive_message(QueueUrl=full_queue, WaitTimeSeconds=2)
        snapshot.match("message", answer)
        answer["Messages"].clear()

    @markers.aws.validated
    @pytest.mark.parametrize("name,code", [("plain", "A"), pytest.param("two words", "B", id="blank")])
    def test_names(self, aws_client, snapshot, name, code):
        with pytest.raises(ClientError) as e:
            aws_client.sqs.get_queue_url(QueueName=f"{name}-{short_uid()}")
        snapshot.match("error", e.value.response["Error"]["Code"])

    @markers.aws.validated
    @pytest.mark.parametrize("kind", ["recorded", "other"])
    def test_kinds(self, snapshot, kind):
        snapshot.match("id", f"of today: {kind}")
        snapshot.add_transformer(snapshot.transform.regex("of today: .*", "id-of-recording"))

    @markers.aws.validated
    def test_cluster(self, infrastructure_setup):
        infra = infrastructure_setup(namespace="Clusters")
        stack = cdk.Stack(infra.cdk_app, "ClusterStack")
        cdk.aws_ecs.Cluster(stack, "cluster", enable_fargate_capacity_providers=True)
        with infra.provisioner() as prov:
            assert prov

    @markers.aws.validated
    def test_too_strict(self, sqs_create_queue, aws_client):
        url = sqs_create_queue()
        assert url.startswith("ftp://"), "an address"

    @markers.aws.validated
    def test_with_processes(self, aws_client, snapshot):
        worker = Process(target=print)

    @markers.aws.validated
    def test_of_two_accounts(self, secondary_aws_client):
        secondary_aws_client.sqs.list_queues()

    @markers.aws.only_localstack
    def test_of_another_emulator(self, aws_client):
        assert False
`;

const MESSAGE = {
  ...{ MessageId: '<uuid:1>', ReceiptHandle: '<handle:1>', MD5OfBody: '<md5:1>', Body: { n: 1 } },
};
const ANSWERED = { ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 200 } };
const RECORDED = snapshotOf('sqs/test_queues.py', {
  'TestQueues::test_receive': { message: { Messages: [MESSAGE], ...ANSWERED } },
  'TestQueues::test_names[plain-A]': { error: 'AWS.SimpleQueueService.NonExistentQueue' },
  'TestQueues::test_names[blank]': { error: 'Planted' },
  'TestQueues::test_kinds[recorded]': { id: 'id-of-recording' },
});

const MACHINES = `
import json
from localstack.testing.pytest import markers
from tests.aws.services.stepfunctions.templates.own.own_templates import OwnTemplates


class TestMachines:
    @markers.aws.validated
    def test_pass(self, aws_client, create_state_machine_iam_role, create_state_machine, sfn_snapshot):
        template = OwnTemplates.load_sfn_template(OwnTemplates.PASS)
        template["States"]["Only"]["Result"] = {"done": True}
        create_and_record_execution(
            aws_client, create_state_machine_iam_role, create_state_machine, sfn_snapshot, json.dumps(template), "{}"
        )

    @markers.aws.validated
    def test_versions(self, aws_client, create_state_machine_iam_role, create_state_machine, sfn_snapshot):
        aws_client.stepfunctions.list_state_machine_versions(stateMachineArn="arn:aws:states:us-east-1:000000000000:stateMachine:work")
`;

const TEMPLATES = `
import os
from tests.aws.services.stepfunctions.templates.template_loader import TemplateLoader

_FOLDER = os.path.dirname(os.path.realpath(__file__))


class OwnTemplates(TemplateLoader):
    PASS = os.path.join(_FOLDER, "statemachines/pass.json5")
`;

const state = { name: 'Only', inputDetails: { truncated: false }, input: {} };
const output = { output: { done: true }, outputDetails: { truncated: false } };
const HISTORY = {
  get_execution_history: {
    events: [
      {
        ...{ id: 1, previousEventId: 0, timestamp: 'timestamp', type: 'ExecutionStarted' },
        executionStartedEventDetails: { input: {}, inputDetails: { truncated: false }, roleArn: 'snf_role_arn' },
      },
      {
        ...{ id: 2, previousEventId: 0, timestamp: 'timestamp', type: 'PassStateEntered' },
        stateEnteredEventDetails: state,
      },
      {
        ...{ id: 3, previousEventId: 2, timestamp: 'timestamp', type: 'PassStateExited' },
        stateExitedEventDetails: { name: 'Only', ...output },
      },
      {
        ...{ id: 4, previousEventId: 3, timestamp: 'timestamp', type: 'ExecutionSucceeded' },
        executionSucceededEventDetails: output,
      },
    ],
    ...ANSWERED,
  },
};

describe('replayed recordings', () => {
  const checkout = checkoutOf({
    'sqs/test_queues.py': SQS,
    'sqs/test_queues.snapshot.json': RECORDED,
    'stepfunctions/v2/test_machines.py': MACHINES,
    'stepfunctions/v2/test_machines.snapshot.json': snapshotOf('stepfunctions/v2/test_machines.py', {
      'TestMachines::test_pass': HISTORY,
      'TestMachines::test_versions': { versions: {} },
    }),
    'stepfunctions/templates/own/own_templates.py': TEMPLATES,
    'stepfunctions/templates/own/statemachines/pass.json5':
      "{ StartAt: 'Only', /* json5 */ States: { Only: { Type: 'Pass', End: true } } }",
  });
  afterAll(() => checkout.remove());

  it('reports what is right, wrong, refused by name and not read', async () => {
    const outcomes: Replayed[] = [];
    await replayRecordings(checkout.path, '', (outcome) => outcomes.push(outcome));
    const verdicts = Object.fromEntries(outcomes.map(({ name, verdict }) => [name.split('::').at(-1), verdict]));
    expect(verdicts).toEqual({
      test_receive: 'right',
      'test_names[plain-A]': 'right',
      'test_names[blank]': 'wrong',
      'test_kinds[recorded]': 'right',
      test_cluster: 'refused',
      test_too_strict: 'wrong',
      test_with_processes: 'unread',
      test_of_two_accounts: 'refused',
      test_pass: 'right',
      test_versions: 'refused',
    });
    const reasons = Object.fromEntries(outcomes.map(({ name, reason }) => [name.split('::').at(-1), reason]));
    expect(reasons['test_names[blank]']).toBe('error: AWS "Planted", here "AWS.SimpleQueueService.NonExistentQueue"');
    expect(reasons['test_too_strict']).toMatch(/line \d+: url\.startswith\("ftp:\/\/"\) does not hold/);
    expect(reasons['test_with_processes']).toBe('the name Process');
    expect(reasons['test_versions']).toContain('ListStateMachineVersions');
    expect(tableOf(outcomes)).toBe(
      [
        '| service        | right | refused by name | wrong | not read |',
        '| -------------- | ----: | --------------: | ----: | -------: |',
        '| Step Functions |     1 |               1 |     0 |        0 |',
        '| SQS            |     3 |               2 |     2 |        1 |',
      ].join('\n'),
    );
    expect(sectionOf(outcomes, 'abc12345')).toContain(
      '- `sqs/test_queues.py::TestQueues::test_names[blank]`: `error: AWS "Planted"',
    );
  });
});
