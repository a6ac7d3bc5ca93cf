"""What is shipped, and with what: metadata, locks, wheel, image and the Makefile's promises, without Docker."""

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import time
import tomllib
import venv
import zipfile
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from poetry.core.masonry import api as backend

import amazon_selling_partner

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
VERSION = PYPROJECT["project"]["version"]
LOCKS = ("build", "runtime", "playground", "workspace", "development")
IMAGE_PYTHONS = "/opt/python/versions"
# Neither a second download nor compiled modules show anything about the image.
FASTER_PIP = {"PIP_NO_CACHE_DIR": "0", "PIP_NO_COMPILE": "1"}


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Return version and number of hashes of each package in a lock."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    pins = {}
    for line in lines:
        match = re.fullmatch(r"([a-z0-9-]+)==(\S+)( ;.*?)?((?: +--hash=sha256:[0-9a-f]{64})*) *", line)
        assert match, f"requirements/{name}.txt holds something else than a pinned package: {line[:80]}"
        pins[match[1]] = (match[2], match[4].count("--hash="))
    return pins


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group, those it includes too."""
    requirements: list[str] = []
    for entry in PYPROJECT["dependency-groups"][name]:
        requirements += [entry] if isinstance(entry, str) else group(entry["include-group"])
    return requirements


RUNTIME = PYPROJECT["project"]["dependencies"]


# Metadata and locks


def test_the_runtime_dependencies_are_exactly_three() -> None:
    names = {Requirement(each).name for each in RUNTIME}
    assert names == {"kognitos-bdk-api", "httpx", "pydantic"}


def test_the_version_stands_in_one_place() -> None:
    sources = [path for folder in ("src", "playground", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    assert [path for path in sources if VERSION in path.read_text(encoding="utf-8")] == []
    assert amazon_selling_partner.__version__ == VERSION, "the environment holds another version: run 'make demo'"


def test_the_changelog_begins_with_this_version() -> None:
    releases = re.findall(r"^## \[(\S+)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    versions = [Version(version) for version, _ in releases]
    assert versions[0] == Version(VERSION)
    assert versions == sorted(versions, reverse=True)
    assert all(re.fullmatch(r"unreleased|\d{4}-\d\d-\d\d", date) for _, date in releases)


def test_the_build_lock_is_of_what_the_build_needs() -> None:
    assert group("build") == PYPROJECT["build-system"]["requires"]


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes(name: str) -> None:
    packages = locked(name)
    assert packages
    assert [package for package, (_, hashes) in packages.items() if not hashes] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_an_index_or_a_path(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert not re.search(r"://|file:|index-url|find-links|trusted-host|^-[if] | @ |/(home|tmp|opt|root)/", text, re.M)


@pytest.mark.parametrize(
    ("smaller", "larger"), [(name, "development") for name in LOCKS[:-1]] + list(pairwise(LOCKS[1:]))
)
def test_a_larger_environment_only_adds_to_a_smaller_one(smaller: str, larger: str) -> None:
    held = locked(larger)
    assert {package: held.get(package) for package in locked(smaller)} == locked(smaller)


def test_the_demo_needs_neither_the_page_nor_the_tools() -> None:
    beyond = {"nicegui", "uvicorn", "pytest", "hypothesis", "mypy", "ruff", "pylint", "poetry", "selenium"}
    assert beyond & set(locked("playground")) == set()
    assert beyond <= set(locked("development"))


@pytest.mark.parametrize(
    ("name", "requirements"),
    [
        ("build", group("build")),
        ("runtime", RUNTIME),
        *((name, RUNTIME + group(name)) for name in ("playground", "workspace", "development")),
    ],
)
def test_the_lock_fits_pyproject(name: str, requirements: list[str]) -> None:
    packages = locked(name)
    for requirement in map(Requirement, requirements):
        version, _ = packages[canonicalize_name(requirement.name)]
        assert version in requirement.specifier, f"{requirement} is locked at {version}: run 'make lock'"


def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    wheel = zipfile.ZipFile(tmp_path / backend.build_wheel(str(tmp_path)))
    names = {PurePosixPath(name) for name in wheel.namelist()}
    package, metadata = "amazon_selling_partner", f"amazon_selling_partner-{VERSION}.dist-info"
    assert {name.parts[0] for name in names} == {package, metadata}
    assert {PurePosixPath(package, "data/icon.svg"), PurePosixPath(package, "py.typed")} <= names
    assert not any(name.suffix == ".pyc" for name in names)
    wheel.close()


# The image


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, each with its arguments."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#")).replace("\\\n", "")
    return [(line.split()[0].upper(), line.split(maxsplit=1)[1]) for line in text.splitlines() if line.strip()]


def copied() -> list[tuple[list[str], str]]:
    """Return sources and destination of each COPY from the build context."""
    paths = [shlex.split(rest) for name, rest in instructions() if name == "COPY" and not rest.startswith("--from")]
    return [(sources, destination) for *sources, destination in paths]


def ignored(path: PurePosixPath) -> bool:
    """Say whether .dockerignore keeps a file out: the last rule that fits it or one of its folders decides."""
    kept_out = False
    for rule in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = "/" + rule.removeprefix("!").replace("**/", "*")
        if not rule.startswith("#") and any(fnmatch(f"/{each}", pattern) for each in (path, *path.parents)[:-1]):
            kept_out = not rule.startswith("!")
    return kept_out


def context() -> list[PurePosixPath]:
    """Return the files that reach the builder."""
    files: list[PurePosixPath] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name != ".git" and not name.startswith(".venv")]
        files += [PurePosixPath(folder).relative_to(ROOT) / name for name in names]
    return [path for path in files if not ignored(path)]


def test_the_build_context_is_what_is_copied() -> None:
    sources = [source for sources, _ in copied() for source in sources]
    files = context()
    for source in sources:
        assert any(path.is_relative_to(source) for path in files), f"{source} does not exist or is kept out"
    assert [path for path in files if not any(path.is_relative_to(source) for source in sources)] == []
    assert not any("__pycache__" in path.parts for path in files)


def test_the_image_installs_only_packages_with_hashes() -> None:
    runs = " && ".join(rest for name, rest in instructions() if name == "RUN")
    assert "777" not in runs
    assert "development.txt" not in runs
    for install in re.findall(r"pip install ([^&|;]*)", runs):
        assert "--require-hashes" in install or "--no-deps --no-build-isolation" in install


def test_the_image_is_set_to_serve_a_book() -> None:
    steps = instructions()
    assert steps[0] == ("ARG", "BASE=kognitosinc/bdk:latest")
    assert [rest.split()[0] for name, rest in steps if name == "FROM"] == ["${BASE}", "${BASE}"]
    variables = dict(word.split("=", 1) for name, rest in steps if name == "ENV" for word in shlex.split(rest))
    assert variables["BDK_SERVER_MODE"] == "book"
    assert variables["BDK_SERVER_TRANSPORT"] == "http"
    assert variables["BDK_HTTP_PORT"] == "20996"
    assert variables["OTEL_SDK_DISABLED"] == "true"


def test_the_image_has_an_importable_book(tmp_path: Path) -> None:
    pythons = tmp_path / "versions"
    venv.create(pythons / "3", with_pip=True)
    python = str(pythons / "3/bin/python")
    build(tmp_path / "work", pythons, python)

    said = run(
        [python, "-I", "-c", LOOK_AT_THE_BOOK], cwd=tmp_path, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    )
    assert said.splitlines() == ["amazon", "AmazonSellingPartnerBook", "True", "True"]
    installed = {path.name.split("-")[0].lower() for path in pythons.rglob("*.dist-info")}
    assert installed == {name.replace("-", "_") for name in locked("runtime")} | {"amazon_selling_partner", "pip"} | (
        installed & {"setuptools"}  # a new environment of Python 3.11 has it
    )
    modes = [path.stat().st_mode for path in pythons.rglob("*")]
    assert all(mode & stat.S_IROTH and not mode & stat.S_IWOTH for mode in modes)


LOOK_AT_THE_BOOK = """
from importlib.metadata import entry_points
from importlib.resources import files
import sys, amazon_selling_partner
[entry] = entry_points(group="kognitos-book")
print(entry.name)
print(entry.load().__name__)
print(amazon_selling_partner.__file__.startswith(sys.prefix))
print(files("amazon_selling_partner").joinpath("data/icon.svg").is_file())
"""


def build(work: Path, pythons: Path, python: str) -> None:
    """Do what the Dockerfile's first stage says, with `work` as its directory and `pythons` as the image's Pythons."""
    work.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    environment["PYTHON"] = python  # --build-arg
    stage = instructions()[2:]
    for name, rest in stage[: [name for name, _ in stage].index("FROM")]:
        if name == "ENV":
            environment |= dict(word.split("=", 1) for word in shlex.split(rest))
        elif name == "COPY":
            *sources, destination = shlex.split(rest)
            for source in sources:
                copy(source, work / destination)
        elif name == "RUN":
            command = ["/bin/sh", "-c", rest.replace(IMAGE_PYTHONS, str(pythons))]
            run(command, cwd=work, env=environment | FASTER_PIP)
        else:
            assert name in {"ARG", "WORKDIR"}


def copy(source: str, destination: Path) -> None:
    for path in context():
        if path.is_relative_to(source):
            inner = path.relative_to(source) if (ROOT / source).is_dir() else PurePosixPath(path.name)
            (destination / inner).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, destination / inner)


def run(command: list[str], *, cwd: Path, env: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, text=True, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# The tools


def test_pylint_checks_books_and_concepts(tmp_path: Path) -> None:
    module = tmp_path / "wrong.py"
    module.write_text(
        '"""A concept that lacks the description of an attribute."""\n'
        "from dataclasses import dataclass\n\n"
        "from kognitos.bdk.decorators import concept\n\n\n"
        '@concept(is_a="amazon order")\n@dataclass\nclass Wrong:\n    total: str\n'
    )
    command = [sys.executable, "-m", "pylint", f"--rcfile={ROOT / 'pyproject.toml'}", str(module)]
    done = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, check=False, timeout=120)
    assert "concept-missing-documentation" in done.stdout, done.stdout + done.stderr
    assert done.returncode != 0


# The Makefile


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what make looks at, in which nothing is set up."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL"}}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=False, timeout=60)


def installed_by(folder: Path, target: str) -> list[str]:
    """Return what make would set up for a target: a new environment, the files of requirements, the project."""
    done = make(folder, "--dry-run", target, f"PYTHON={sys.executable}")
    assert done.returncode == 0, done.stderr
    words = re.findall(r"venv --clear|(?<=-r requirements/)\w+|--editable", done.stdout)
    return [word.removeprefix("--").removesuffix(" --clear") for word in words]


def set_up(folder: Path, *stamps: str) -> None:
    """Leave the stamps of an environment that was set up just now, in that order."""
    (folder / ".venv").mkdir()
    for age, stamp in enumerate(reversed(stamps)):
        path = folder / ".venv" / f".{stamp}-{sys.version_info[0]}.{sys.version_info[1]}"
        path.touch()
        os.utime(path, (time.time() + 100 - age,) * 2)


EVERYTHING = ("playground", "project", "workspace", "development")
PROJECT = ["venv", "build", "playground", "editable"]


@pytest.mark.parametrize(
    ("there", "changed", "target", "parts"),
    [
        ((), None, "demo", PROJECT),
        ((), None, "workspace", [*PROJECT, "workspace"]),
        ((), None, "test", [*PROJECT, "development"]),
        (("playground", "project"), None, "test", ["development"]),
        *((EVERYTHING, None, target, []) for target in ("demo", "workspace", "check", "bench")),
        (EVERYTHING, "requirements/build.txt", "test", [*PROJECT, "development"]),
        (EVERYTHING, "requirements/playground.txt", "test", [*PROJECT, "development"]),
        (EVERYTHING, "requirements/development.txt", "test", ["development"]),
        (EVERYTHING, "requirements/workspace.txt", "test", []),  # development's holds the same packages
        (EVERYTHING, "pyproject.toml", "test", ["editable"]),
    ],
)
def test_make_sets_up_what_is_missing_or_out_of_date(
    checkout: Path, there: tuple[str, ...], changed: str | None, target: str, parts: list[str]
) -> None:
    set_up(checkout, *there)
    if changed:
        os.utime(checkout / changed, (time.time() + 200,) * 2)
    assert installed_by(checkout, target) == parts


@pytest.mark.parametrize("python", ["no-such-python", "false"])
def test_make_refuses_an_unsuitable_python(python: str) -> None:
    done = make(ROOT, "python", f"PYTHON={python}")
    assert done.returncode != 0
    assert f"This project needs Python 3.11 or newer; {python} is not there." in done.stderr
