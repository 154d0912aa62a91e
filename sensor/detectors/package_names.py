"""Names that many people install: what a look-alike would imitate, and real names that only look like one.

By registry. Facts of the registries' public download counts; kept short on purpose, as only names that people type
from memory are worth imitating.
"""

from __future__ import annotations

PYPI = frozenset({
    "aiohttp", "alembic", "ansible", "anthropic", "attrs", "azure-storage-blob", "bcrypt", "beautifulsoup4", "black", "bokeh", "boto3",
    "botocore", "ccxt", "celery", "certifi", "charset-normalizer", "click", "colorama", "colorlog", "coverage", "cryptography", "datasets",
    "discord.py", "django", "docker", "fastapi", "flake8", "flask", "gensim", "gevent", "google-api-python-client", "google-cloud-storage",
    "gradio", "grpcio", "gunicorn", "httpx", "huggingface-hub", "ipython", "isort", "jinja2", "jsonschema", "jupyter", "kubernetes",
    "langchain", "lightgbm", "loguru", "lxml", "markupsafe", "marshmallow", "matplotlib", "mypy", "mysqlclient", "networkx", "nltk",
    "notebook", "numpy", "openai", "opencv-python", "openpyxl", "packaging", "pandas", "paramiko", "passlib", "pillow", "pipenv", "plotly",
    "poetry", "protobuf", "psutil", "psycopg2", "psycopg2-binary", "pycryptodome", "pydantic", "pygments", "pyinstaller", "pyjwt", "pylint",
    "pymongo", "pymysql", "pyopenssl", "pyspark", "pytest", "python-dateutil", "python-dotenv", "pytorch", "pyyaml", "redis", "requests",
    "rich", "scikit-learn", "scipy", "scrapy", "seaborn", "selenium", "setuptools", "simplejson", "sphinx", "sqlalchemy", "starlette",
    "statsmodels", "streamlit", "sympy", "telethon", "tensorflow", "tiktoken", "tokenizers", "torch", "torchvision", "tornado", "tox",
    "tqdm", "transformers", "twisted", "typer", "typing-extensions", "urllib3", "uvicorn", "virtualenv", "web3", "websockets", "werkzeug",
    "xgboost", "xlsxwriter",
})
NPM = frozenset({
    "angular", "apollo-server", "async", "autoprefixer", "axios", "babel-core", "babel-loader", "bcrypt", "bluebird", "body-parser",
    "bootstrap", "chai", "chalk", "cheerio", "classnames", "coa", "colors", "commander", "cookie-parser", "core-js", "cross-env", "cypress",
    "d3", "date-fns", "dayjs", "debug", "discord.js", "dotenv", "electron", "esbuild", "eslint", "ethers", "event-stream", "express",
    "firebase", "formik", "gatsby", "glob", "graphql", "helmet", "husky", "immer", "inquirer", "jest", "jquery", "jsonwebtoken", "left-pad",
    "lerna", "lint-staged", "lodash", "material-ui", "minimist", "mocha", "moment", "mongodb", "mongoose", "morgan", "mysql2", "next",
    "node-fetch", "node-sass", "nodemailer", "nodemon", "openai", "parcel", "passport", "playwright", "postcss", "prettier", "prisma",
    "prop-types", "puppeteer", "react", "react-dom", "react-redux", "react-router", "react-router-dom", "redux", "request", "rimraf",
    "rollup", "rxjs", "semver", "sequelize", "sinon", "socket.io", "styled-components", "svelte", "tailwindcss", "three", "turbo",
    "typescript", "ua-parser-js", "underscore", "uuid", "validator", "vite", "vue", "web3", "webpack", "winston", "yargs", "zone.js",
    "zustand",
})
# Other packages, or other names of the same, one letter away from a popular one.
REAL_PYPI = frozenset({
    "flask-cors", "httpx2", "jupyterlab", "opencv-python-headless", "psycopg", "pydantic-core", "request", "scikit-image", "tensorflow-cpu",
    "tensorflow-gpu", "websocket", "websocket-client",
})
REAL_NPM = frozenset({
    "axios-retry", "color", "globby", "lodash-es", "mysql", "preact", "vuex",
})
