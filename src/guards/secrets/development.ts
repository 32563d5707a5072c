/** Tokens of where code is kept, built, tested and published. */
import { characters } from '../characters.ts';
import type { Recognizer } from '../engine/recognizer.ts';
import { run } from './pattern.ts';
import { form, token } from './token.ts';

const DOTTED = characters('A-Za-z0-9_.-');
const DOT = characters('.');

/** Personal, project, deploy, runner, trigger, feed, mail, SCIM, agent, job and feature-flag tokens, OAuth secrets. */
const GITLAB = [
  'glpat-',
  'gldt-',
  'glrt-',
  'glrtr-',
  'glptt-',
  'glft-',
  'glimt-',
  'glsoat-',
  'glagent-',
  'glcbt-',
  'glffct-',
  'gloas-',
];

export const DEVELOPMENT_TOKENS: readonly Recognizer[] = [
  token('secret.github', 'GITHUB_TOKEN', [
    ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => `${prefix}[A-Za-z0-9]{36,255}`),
    'github_pat_[\\w]{70,255}',
    'ghs_[0-9]{1,20}_eyJ[\\w-]{10,1024}\\.eyJ[\\w-]{10,2048}\\.[\\w-]{20,700}',
  ]),
  token('secret.gitlab', 'GITLAB_TOKEN', [
    form(GITLAB, [run(DOTTED, 20, 300, DOT)]),
    form('GR1348941', [run(DOTTED, 20, 50, DOT)]),
    '_gitlab_session=[a-f0-9]{32}',
  ]),
  token('secret.bitbucket', 'BITBUCKET_TOKEN', ['ATBB[A-Za-z0-9]{24,40}', 'BBDC-[A-Za-z0-9+/]{40,50}']),
  token('secret.atlassian', 'ATLASSIAN_TOKEN', ['ATATT3[\\w=-]{150,200}', 'ATCTT3[\\w=-]{150,200}']),
  token('secret.sourcegraph', 'SOURCEGRAPH_TOKEN', [
    'sgp_local_[a-fA-F0-9]{40}',
    'sgp_[a-fA-F0-9]{16}_[a-fA-F0-9]{40}',
    'sgp_[a-fA-F0-9]{16}_local_[a-fA-F0-9]{40}',
    'sgp_[a-fA-F0-9]{40}',
    'slk_[a-f0-9]{64}',
  ]),
  token('secret.sonar', 'SONAR_TOKEN', ['squ_[a-f0-9]{40}', 'sqp_[a-f0-9]{40}', 'sqa_[a-f0-9]{40}']),
  token('secret.circleci', 'CIRCLECI_TOKEN', [
    'CCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40}',
    'CCIPRJ_[A-Za-z0-9]{22}_[a-f0-9]{40}',
  ]),
  token('secret.buildkite', 'BUILDKITE_TOKEN', [
    'bkua_[a-z0-9]{40}',
    'bkaj_[A-Za-z0-9]{40,64}',
    'bkct_[A-Za-z0-9]{40,64}',
  ]),
  token('secret.harness', 'HARNESS_KEY', [
    'pat\\.[\\w-]{22}\\.[0-9a-f]{24}\\.[A-Za-z0-9]{20}',
    'sat\\.[\\w-]{22}\\.[0-9a-f]{24}\\.[A-Za-z0-9]{20}',
  ]),
  token('secret.octopus', 'OCTOPUS_KEY', ['API-[A-Z0-9]{26}']),
  token('secret.npm', 'NPM_TOKEN', ['npm_[A-Za-z0-9]{36}']),
  /** A macaroon in base64: each begins with the same two octets. */
  token('secret.pypi', 'PYPI_TOKEN', ['pypi-Ag[\\w-]{48,1000}']),
  token('secret.rubygems', 'RUBYGEMS_KEY', ['rubygems_[a-f0-9]{48}']),
  token('secret.nuget', 'NUGET_KEY', ['oy2[a-z0-9]{43}']),
  token('secret.crates', 'CRATES_TOKEN', ['cio[A-Za-z0-9]{32}']),
  token('secret.clojars', 'CLOJARS_TOKEN', ['CLOJARS_[a-z0-9]{60}']),
  token('secret.packagist', 'PACKAGIST_TOKEN', [
    'packagist_ack_[a-f0-9]{64,80}',
    'packagist_uut_[a-f0-9]{64,80}',
    'packagist_out_[a-f0-9]{64,80}',
  ]),
  token('secret.docker', 'DOCKER_TOKEN', ['dckr_pat_[\\w-]{27}', 'dckr_oat_[\\w-]{27,40}']),
  token('secret.artifactory', 'ARTIFACTORY_KEY', ['AKCp[A-Za-z0-9]{69}', 'cmVmdGtu[A-Za-z0-9]{56}']),
  token('secret.dependency_track', 'DEPENDENCY_TRACK_KEY', ['odt_[A-Za-z0-9]{32,255}']),
  token('secret.ionic', 'IONIC_TOKEN', ['ion_[A-Za-z0-9]{42}']),
  token('secret.postman', 'POSTMAN_KEY', ['PMAK-[a-f0-9]{24}-[a-f0-9]{34}']),
  token('secret.readme', 'README_KEY', ['rdme_[a-z0-9]{70}']),
  token('secret.launchdarkly', 'LAUNCHDARKLY_KEY', [
    'sdk-[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[a-f0-9]{4}-[a-f0-9]{12}',
  ]),
  token('secret.settlemint', 'SETTLEMINT_TOKEN', [
    'sm_aat_[A-Za-z0-9]{16}',
    'sm_pat_[A-Za-z0-9]{16}',
    'sm_sat_[A-Za-z0-9]{16}',
  ]),
];
