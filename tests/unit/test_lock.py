"""pyproject.toml, requirements.lock and environment.yml name the same packages in the same versions."""

import re
import tomllib

import pytest
import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOST = re.compile(r"https?://|file:|--(?:index-url|extra-index-url|find-links|trusted-host)")


def locked(lock: str) -> list[tuple[str, str, int]]:
    """Name, version and number of hashes of each entry."""
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]
    heads = [re.match(r"([\w.-]+)==([^\s;]+)", entry) for entry in entries]
    return [
        (canonicalize_name(head[1]), head[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry)))
        for head, entry in zip(heads, entries, strict=True)
    ]


def pinned(environment: str) -> dict[str, str]:
    """Version of each package in environment.yml, but for Python, Quarto and pip, which no lock can hold."""
    lines = yaml.safe_load(environment)["dependencies"]
    lines = [line for line in lines if isinstance(line, str)] + [
        line for section in lines if isinstance(section, dict) for line in section["pip"]
    ]
    pins = (re.fullmatch(r"([\w-]+)==?(\S+)", line) for line in lines)
    return {canonicalize_name(pin[1]): pin[2] for pin in pins if pin}


def disagreements(pyproject: str, lock: str, environment: str) -> list[str]:
    """What the three texts say differently, one sentence each."""
    project = tomllib.loads(pyproject)["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["test"]
    required = {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}
    entries, pins = locked(lock), pinned(environment)
    versions = {name: version for name, version, _ in entries}

    found = [
        f"pyproject.toml: {line!r} is not of the form name>=version"
        for line in lines
        if not re.fullmatch(r"[\w-]+(\[[\w,]+\])?>=\d+(\.\d+)*", line)
    ]
    for name, requirement in required.items():
        if name not in versions:
            found.append(f"requirements.lock lacks {name}")
        elif versions[name] not in requirement.specifier:
            found.append(f"requirements.lock has {name} {versions[name]}, pyproject.toml wants {requirement.specifier}")
        if name not in pins:
            found.append(f"environment.yml lacks {name}")
        elif pins[name] != versions.get(name):
            found.append(f"environment.yml has {name} {pins[name]}, requirements.lock {versions.get(name)}")
    found += [f"environment.yml has {name}, pyproject.toml does not" for name in pins if name not in required]
    found += [f"requirements.lock has no hash for {name}" for name, _, hashes in entries if not hashes]
    names = [name for name, _, _ in entries]
    found += [
        f"requirements.lock has {name} twice" for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if f"python {project['requires-python']}" not in yaml.safe_load(environment)["dependencies"]:
        found.append(f"environment.yml does not want python {project['requires-python']}")
    for file, text in [("requirements.lock", lock), ("environment.yml", environment)]:
        found += [f"{file} names a host: {line.strip()}" for line in text.splitlines() if HOST.search(line)]
    return found


PYPROJECT = """
[project]
requires-python = ">=3.11"
dependencies = ["pandera[pandas]>=0.35", "pypandoc_binary>=1.17"]
optional-dependencies = { test = ["pytest>=9.2"] }
"""
LOCK = """# a comment
numpy==2.4.6 ; python_full_version < '4' \\
    --hash=sha256:{h}
    # via pandera
pandera==0.35.0 \\
    --hash=sha256:{h} \\
    --hash=sha256:{h}
pypandoc-binary==1.17 \\
    --hash=sha256:{h}
pytest==9.2.0 \\
    --hash=sha256:{h}
""".replace("{h}", "0" * 64)
ENVIRONMENT = """
channels: [conda-forge]
dependencies:
  - python >=3.11
  - quarto >=1.9
  - pandera=0.35.0
  - pytest=9.2.0
  - pip:
      - pypandoc_binary==1.17
      - -e .
"""


def test_texts_that_agree():
    assert disagreements(PYPROJECT, LOCK, ENVIRONMENT) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "pyproject",
            "pytest>=9.2",
            "pytest==9.2.0",
            "pyproject.toml: 'pytest==9.2.0' is not of the form name>=version",
        ),
        ("pyproject", ">=0.35", ">=0.36", "requirements.lock has pandera 0.35.0, pyproject.toml wants >=0.36"),
        ("pyproject", '"pytest>=9.2"', "", "environment.yml has pytest, pyproject.toml does not"),
        ("pyproject", ">=3.11", ">=3.12", "environment.yml does not want python >=3.12"),
        ("lock", "pytest==", "pytest-xdist==", "requirements.lock lacks pytest"),
        ("lock", "numpy==2.4.6", "pandera==0.35.1", "requirements.lock has pandera twice"),
        ("lock", f"sha256:{'0' * 64}\n    # via", "md5:0\n    # via", "requirements.lock has no hash for numpy"),
        ("lock", "# a comment", "--index-url https://x/", "requirements.lock names a host: --index-url https://x/"),
        (
            "environment",
            "pandera=0.35.0",
            "pandera=0.35.1",
            "environment.yml has pandera 0.35.1, requirements.lock 0.35.0",
        ),
        ("environment", "  - pytest=9.2.0\n", "", "environment.yml lacks pytest"),
        ("environment", "      - -e .", "      - -e file:///x", "environment.yml names a host: - -e file:///x"),
    ],
)
def test_each_disagreement_is_seen(file, old, new, expected):
    texts = {"pyproject": PYPROJECT, "lock": LOCK, "environment": ENVIRONMENT}
    assert texts[file].count(old) == 1
    texts[file] = texts[file].replace(old, new)
    assert expected in disagreements(**texts)


def test_the_files_agree():
    files = ("pyproject.toml", "requirements.lock", "environment.yml")
    assert disagreements(*[(ROOT / file).read_text(encoding="utf-8") for file in files]) == []


def test_the_validators_are_locked_apart():
    lock = (ROOT / "tests/validators/requirements.lock").read_text(encoding="utf-8")
    wanted = (ROOT / "tests/validators/requirements.in").read_text(encoding="utf-8").split()
    versions = {name: version for name, version, hashes in locked(lock) if hashes}
    assert len(versions) == len(locked(lock)) and not HOST.search(lock)
    assert all(versions[Requirement(line).name] in Requirement(line).specifier for line in wanted)


def test_the_workflow_tests_the_quarto_that_make_installs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8"))
    [setup] = [step for step in workflow["jobs"]["quarto"]["steps"] if "quarto-actions" in step.get("uses", "")]
    assert project["optional-dependencies"]["quarto"] == [f"quarto-cli=={setup['with']['version']}"]
    lock = (ROOT / "quarto.lock").read_text(encoding="utf-8")
    assert locked(re.sub(r"^#.*\n", "", lock, flags=re.MULTILINE)) == [("quarto-cli", setup["with"]["version"], 1)]


# An action is code of others that runs with the rights of the workflow: a tag can be moved, a commit cannot.
ACTION = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


def unpinned(workflow: str) -> list[str]:
    """The actions of a workflow that are not named by a commit, or do not say in a comment which version that is."""
    jobs = yaml.safe_load(workflow)["jobs"].values()
    used = {step["uses"] for job in jobs for step in job["steps"] if "uses" in step}
    return sorted(
        u
        for u in used
        if not ACTION.fullmatch(u) or not re.search(rf"{re.escape(u)} # v\d+\.\d+\.\d+$", workflow, re.MULTILINE)
    )


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.y*ml")), ids=lambda p: p.name)
def test_actions_are_pinned_by_commit(path):
    assert unpinned(path.read_text(encoding="utf-8")) == []


def test_an_action_that_is_not_pinned_is_found():
    commit = "0" * 40
    steps = ["a/b@v5", f"a/c@{commit} # v1.0.0", f"a/d/setup@{commit}", "./local", f"a/e@{commit[1:]} # v1.0.0"]
    workflow = "jobs:\n  test:\n    steps:\n" + "".join(f"      - uses: {s}\n" for s in steps)
    assert unpinned(workflow) == ["./local", "a/b@v5", f"a/d/setup@{commit}", f"a/e@{commit[1:]}"]


def test_what_a_cluster_needs_is_locked_apart_in_the_versions_of_the_lock():
    """Nobody has it who has no cluster; who installs it over the lock changes nothing of that."""
    lock, main = ((ROOT / name).read_text(encoding="utf-8") for name in ("cluster.lock", "requirements.lock"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = {name: version for name, version, hashes in locked(lock) if hashes}
    everything = {name: version for name, version, _ in locked(main)}
    assert len(versions) == len(locked(lock)) and not HOST.search(lock)
    wanted = [Requirement(line) for line in project["optional-dependencies"]["cluster"]]
    assert all(versions[r.name] in r.specifier and r.name not in everything for r in wanted)
    assert {n: v for n, v in versions.items() if n in everything} == {
        n: everything[n] for n in versions if n in everything
    }
