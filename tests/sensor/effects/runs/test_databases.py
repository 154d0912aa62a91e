"""Whether a dropped or reset database is one of development on this machine."""

from __future__ import annotations

import pytest

from sensor.effects.runs.databases import OWN_DATABASE
from sensor.effects.runs.sql import TEST_DATA
from tests.growth import growth


@pytest.fixture
def is_own(effects_of, tmp_path):
    def own(command: str, settings: str | None = None) -> bool:
        if settings is not None:
            (tmp_path / ".env").write_text(settings)
        return OWN_DATABASE in effects_of(command, str(tmp_path)).effects[-1].flags

    return own


@pytest.mark.parametrize("command", [
    "dropdb app_dev",
    "dropdb --if-exists -h localhost -U postgres shop_development",
    "mysqladmin -u root drop app_dev",
    "pg_restore --clean -d app_dev dump.bin",
    "pg_restore --clean -h localhost -d app_dev staging.dump",
    "bin/console doctrine:database:drop --force --env=test",
    "goose -dir db postgres 'host=localhost user=app dbname=shop_test sslmode=disable' reset",
    "goose postgres 'dbname=shop_dev host=127.0.0.1' reset",
    "migrate -path db -database 'postgres://localhost:5432/shop_dev?sslmode=disable' drop -f",
    "migrate -source file://db -database=postgres://app:app@localhost/shop_test drop",
    "mongorestore --drop --db app_dev dump/app_dev",
    "psql -c 'DROP DATABASE app_dev; CREATE DATABASE app_dev'",
    "psql postgres://app:app@localhost:5432/app_dev -c 'TRUNCATE orders'",
    "psql -h db -d app_dev -c 'DELETE FROM sessions'",
    "mongosh mongodb://127.0.0.1:27017/app_dev --eval 'db.dropDatabase()'",
    "mongosh app_dev --eval 'db.carts.drop()'",
    "mongosh app_dev --eval 'db.carts.deleteMany({})'",
    "export PGHOST=localhost PGUSER=postgres PGPASSWORD=secret PGPORT=5433; dropdb --if-exists roundtrip_src",
    "PGHOST=127.0.0.1 dropdb bench_import",
    "dotnet ef database drop --force -- --environment Development",
    "python manage.py flush --noinput --settings=config.settings.local",
])
def test_names_of_development(is_own, command):
    assert is_own(command)


@pytest.mark.parametrize("command", [
    "dropdb app",
    "dropdb -U app_dev shop",
    "dropdb app_dev shop",
    "dropdb -h db.example.net app_dev",
    "dropdb \"$DB\"",
    "PGHOST=db.example.net dropdb app_dev",
    "export PGHOST=db.example.net; dropdb app_dev",
    "export PGHOST=db.example.net PGUSER=localhost; dropdb roundtrip_src",
    "PGSERVICE=shop dropdb app_dev",
    "dotnet ef database drop --force --connection Server=db1 -- --environment Development",
    "python manage.py flush --noinput --settings=config.settings.local --database=replica",
    "ssh web1 dropdb app_dev",
    "dropdb prod_dev",
    "pg_restore --clean -h db.example.net -d app_dev dump.bin",
    "pg_restore --clean -d app_dev_copy dump.bin",
    "pg_restore --clean -h staging -d app_dev dump.bin",
    "bin/console doctrine:database:drop --force",
    "goose -dir db postgres 'host=db.example.net dbname=shop_test' reset",
    "goose -dir db postgres 'host=localhost host=db.example.net dbname=shop_test' reset",
    "goose -dir db postgres 'host=localhost dbname=shop' reset",
    "goose -dir db postgres 'dbname=shop_test' reset",
    "goose -dir db postgres \"$DB\" reset",
    "migrate -path db -database postgres://localhost/shop drop -f",
    "migrate -path db -database postgres://db.example.net/shop_dev drop -f",
    "migrate -path db -database \"$DB\" drop -f",
    "bin/console doctrine:database:drop --force --env=prod",
    "psql postgres://app@db.example.net/app_dev -c 'TRUNCATE orders'",
    "psql -d app_dev -c 'DROP DATABASE shop'",
    "psql -d app_dev -c 'TRUNCATE prod.orders'",
    "psql -d app_dev -f wipe.sql",
    "mongosh mongodb://db.example.net/app_dev --eval 'db.dropDatabase()'",
    "mongosh app --eval 'db.carts.drop()'",
    "mongosh app_dev --eval 'db.getSiblingDB(\"app\").carts.drop()'",
    "mongosh app_dev --eval 'db.carts.drop(); load(\"x.js\")'",
    "rake db:drop DATABASE_URL=postgres://db.example.net/shop",
    "npx sequelize-cli db:drop --url postgres://u@db.example.net/shop",
    "npx sequelize-cli db:drop --url=postgres://u@db.example.net/shop",
])
def test_other_names_and_machines(is_own, command):
    assert not is_own(command)


@pytest.mark.parametrize("command", [
    "rails db:reset", "bin/rails db:drop db:create", "bundle exec rake db:migrate:reset", "RAILS_ENV=development rails db:drop", "mix ecto.reset", "npx sequelize-cli db:migrate:undo:all",
    "knex migrate:rollback --all", "php artisan migrate:fresh --seed", "npx prisma migrate reset", "python manage.py flush --no-input --settings=app.settings.test",
    "docker compose run --rm web rails db:reset",
])
def test_frameworks_work_on_development_unless_told(is_own, command):
    assert is_own(command)
    assert not is_own(command, "DATABASE_URL=postgres://app@db.example.net/app\n")


@pytest.mark.parametrize("command", [
    "npx prisma migrate reset --force", "npx prisma db push --force-reset", "npx typeorm schema:drop -d src/data-source.ts", "alembic downgrade base", "dbmate drop", "python manage.py flush --no-input",
    "php artisan migrate:fresh --force",
])
def test_others_go_where_the_settings_say(is_own, command):
    assert not is_own(command)
    assert is_own(command, "# DATABASE_URL=postgres://db.example.net/app\nDATABASE_URL='postgresql://app:app@localhost:5432/app'\n")


@pytest.mark.parametrize("settings", [
    "DATABASE_URL=file:./dev.db", "DB_HOST=127.0.0.1", "export DATABASE_URL=mysql://root@mysql/app", "DATABASE_URL=sqlite:///db.sqlite3", "DATABASE_URL=\nDB_HOST=localhost",
])
def test_settings_of_this_machine(is_own, settings):
    assert is_own("npx prisma migrate reset --force", settings)


@pytest.mark.parametrize("settings", [
    "DATABASE_URL=postgres://db.example.net/app", "DB_HOST=10.0.0.7", "DATABASE_URL=postgres://${DB}/app", "PORT=3000", "API_URL=http://localhost:3000",
    "DATABASE_URL=postgres://localhost/app\nDIRECT_URL=postgres://db.example.net/app",
])
def test_settings_of_others_or_none(is_own, settings):
    assert not is_own("npx prisma migrate reset --force", settings)


@pytest.mark.parametrize("command", [
    "RAILS_ENV=production rails db:reset", "DATABASE_URL=postgres://db.example.net/app rails db:drop", "rails db:drop RAILS_ENV=staging", "ssh web1 rails db:reset", "heroku run rails db:reset",
    "DISABLE_DATABASE_ENVIRONMENT_CHECK=1 rails db:drop", "kubectl exec web-1 -- rails db:reset", "echo DATABASE_URL=postgres://localhost/a > .env && npx prisma migrate reset --force",
    "dotenv -e .env.production -- npx prisma migrate reset --force", "rails db:reset $TARGET", "DOCKER_HOST=ssh://web1 docker compose run web rails db:reset",
])
def test_another_environment_is_named(is_own, command):
    assert not is_own(command, "DATABASE_URL=postgres://localhost/app\n")


def test_files_of_development(effects_of):
    assert OWN_DATABASE in effects_of("sqlite3 dev.db 'DROP TABLE users'").effects[-1].flags
    assert OWN_DATABASE not in effects_of("sqlite3 app.db 'DROP TABLE users'").effects[-1].flags


def test_tests_are_told_apart_from_development(effects_of):
    assert TEST_DATA in effects_of("psql -c 'DROP DATABASE app_test'").effects[-1].flags
    assert OWN_DATABASE in effects_of("psql -c 'DROP DATABASE app_test; DROP DATABASE app_dev'").effects[-1].flags


@pytest.mark.parametrize("command", [
    "dotnet ef database drop -f -- --environment Testing", "DJANGO_SETTINGS_MODULE=shop.settings.test python manage.py flush", "python manage.py flush --settings=shop.settings.test", "APP_ENV=test php artisan migrate:fresh --force",
])
def test_an_environment_of_tests_is_named(is_own, command):
    assert is_own(command)


@pytest.mark.parametrize("command", [
    "export $(cat .env.production | xargs) && npx knex migrate:rollback --all", "dotnet ef database drop -f -- --environment Production", "DJANGO_SETTINGS_MODULE=shop.settings.latest python manage.py flush", "python manage.py flush --settings=shop.settings.contest.live",
])
def test_no_environment_of_tests_is_named(is_own, command):
    assert not is_own(command)


def test_the_password_behind_its_letter_is_no_cluster_of_flags(effects_of):
    effect = effects_of("mysql -uroot -ptest -e 'DROP DATABASE shop_test'").effects[-1]
    assert TEST_DATA in effect.flags and "execute" in effect.flags


def test_a_long_name_of_a_setting_is_none(is_own):
    assert growth(lambda name: is_own("rails db:reset", f"{name}=localhost"), "DB") < 10
