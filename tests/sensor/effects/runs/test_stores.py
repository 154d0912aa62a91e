"""Stores on this machine, and whether what is taken from them is of tests or of development."""

from __future__ import annotations

import pytest

from sensor.effects.runs.databases import OWN_DATABASE
from sensor.effects.runs.sql import TEST_DATA
from sensor.effects.runs.stores import LOOPBACK_STORE, is_of_tests
from sensor.effects.runs.throwaway import THROW_AWAY

SAID = {LOOPBACK_STORE, TEST_DATA, OWN_DATABASE, THROW_AWAY}


@pytest.fixture
def said(effects_of):
    return lambda command: effects_of(command).effects[-1].flags & SAID


@pytest.mark.parametrize("command", [
    "etcdctl --endpoints=http://127.0.0.1:2379 del --prefix /test/leases",
    "etcdctl --endpoints localhost:2379,127.0.0.1:2380 del --prefix e2e/",
    "ETCDCTL_ENDPOINTS=http://[::1]:2379 etcdctl del --prefix /orders-dev",
    "cqlsh localhost 9042 -e 'TRUNCATE telemetry_test.readings; DESCRIBE TABLE telemetry_test.readings'",
    "cqlsh 127.0.0.1 -e 'DROP KEYSPACE IF EXISTS it_scratch'",
    "mongosh mongodb://localhost:27017/catalog_test --quiet --eval 'db.getCollectionNames().filter(c => c.startsWith(\"tmp_\")).forEach(c => db[c].drop()); printjson(db.stats())'",
    "mongosh mongodb://127.0.0.1/shop_dev --eval 'db.orders.deleteMany({}); db.items.drop()'",
])
def test_named_after_tests_on_this_machine(said, command):
    assert said(command) == {LOOPBACK_STORE, TEST_DATA}


@pytest.mark.parametrize("command", [
    "cypher-shell -a bolt://localhost:7687 -u neo4j -p x 'MATCH (n:TestNode) DETACH DELETE n'",
    "cypher-shell -a neo4j://127.0.0.1 'MATCH (n:Tmp {run: 7}) WHERE n.old DETACH DELETE n;'",
    "flyway -url=jdbc:postgresql://localhost:5432/ledger_dev -user=x clean migrate -cleanDisabled=false",
])
def test_of_development_on_this_machine(said, command):
    assert said(command) == {LOOPBACK_STORE, OWN_DATABASE}


@pytest.mark.parametrize("command", [
    "dropdb -h localhost shop", "PGHOST=127.0.0.1 dropdb shop", "mysql -h127.0.0.1 -uroot -e 'DROP DATABASE shop'", "psql postgres://x@localhost:5432/shop -c 'DROP SCHEMA public CASCADE'",
    "etcdctl --endpoints=http://127.0.0.1:2379 del --prefix /shop", "etcdctl --endpoints=http://127.0.0.1:2379 del --from-key /test", "etcdctl --endpoints=http://127.0.0.1:2379 del --prefix ''",
    "cqlsh localhost -e 'TRUNCATE telemetry_test.readings; TRUNCATE telemetry.readings'", "cqlsh localhost -e \"TRUNCATE a_test.b; -- '\"", "cqlsh localhost -e 'USE shop; TRUNCATE orders'",
    "cypher-shell -a bolt://localhost 'MATCH (n) DETACH DELETE n'", "cypher-shell -a bolt://localhost 'MATCH (n:A) DETACH DELETE n; MATCH (m) DETACH DELETE m'",
    "mongosh mongodb://localhost/catalog --eval 'db.items.drop()'",
    "mongosh mongodb://localhost/a_test --eval 'db[\"getSib\" + \"lingDB\"](\"shop\").dropDatabase()'", "mongosh mongodb://localhost/a_test --eval 'new Mongo(\"db1\").getDB(\"shop\").dropDatabase()'",
    "flyway -url=jdbc:postgresql://localhost/ledger clean", "export VAULT_ADDR=http://127.0.0.1:8200; vault kv get secret/shop", "vault kv get -address=http://localhost:8200 secret/shop",
])
def test_only_the_place_is_known(said, command):
    assert said(command) == {LOOPBACK_STORE}


@pytest.mark.parametrize("command", [
    "etcdctl del --prefix /test", "etcdctl --endpoints=http://127.0.0.1:2379,http://etcd1:2379 del --prefix /test", "etcdctl --endpoints=$E del --prefix /test",
    "cqlsh db1.example.net -e 'TRUNCATE a_test.b'", "CQLSH_HOST=db1 cqlsh -e 'TRUNCATE a_test.b'", "cypher-shell -a bolt://graph1 'MATCH (n:A) DETACH DELETE n'", "flyway -url=jdbc:postgresql://db1/ledger_dev clean",
    "flyway -configFiles=x.conf -url=jdbc:postgresql://localhost/ledger_dev clean", "mysql -hdb1 -e 'DROP DATABASE shop'", "mysql -hdb1 -h localhost -e 'DROP DATABASE shop'", "mysql --defaults-file=x -h localhost -e 'DROP DATABASE shop'",
    "psql 'postgres://localhost/shop?host=db1' -c 'DROP SCHEMA public'", "dropdb -h localhost shop_production", "VAULT_ADDR=https://127.0.0.1:8200 vault kv get secret/shop", "VAULT_ADDR=http://127.0.0.1:8200 vault kv get secret/prod/db",
    "VAULT_ADDR=http://127.0.0.1:8200 vault kv get -address=http://vault.example.net secret/shop", "ssh -fNL 5433:db:5432 bastion; dropdb -h localhost shop", "kubectl port-forward svc/db 5432 & dropdb -h localhost shop",
    "ssh web1 mysql -h localhost -e 'DROP DATABASE shop'", "PGSERVICE=a dropdb -h localhost shop", "rabbitmqctl purge_queue emails.dev", "rabbitmqctl -n rabbit@mq1 purge_queue emails.dev",
])
def test_other_machines(said, command):
    assert not said(command) & {LOOPBACK_STORE, TEST_DATA, THROW_AWAY, OWN_DATABASE}


@pytest.mark.parametrize(("command", "expected"), [
    ("docker exec -it pg-test psql -U app -c 'TRUNCATE events'", {TEST_DATA}),
    ("docker exec cassandra-test cqlsh -e 'TRUNCATE telemetry_test.readings'", {TEST_DATA}),
    ("docker compose exec rabbitmq rabbitmqctl purge_queue emails.dev", {THROW_AWAY}),
    ("docker exec pg psql -U app -c 'TRUNCATE events'", set()),
    ("docker exec pg-test psql -h db1 -U app -c 'TRUNCATE events'", set()),
    ("docker --context prod exec pg-test psql -U app -c 'TRUNCATE events'", set()),
    ("docker --context far exec pg-test psql -U app -c 'TRUNCATE events'", set()),
    ("DOCKER_HOST=ssh://x@web1 docker exec pg-test psql -U app -c 'TRUNCATE events'", set()),
    ("ssh web1 docker exec pg-test psql -U app -c 'TRUNCATE events'", set()),
    ("docker run pg-test psql -U app -c 'TRUNCATE events'", set()),
    ("docker compose exec rabbitmq rabbitmqctl purge_queue emails", set()),
    ("docker compose exec rabbitmq rabbitmqctl purge_queue emails.dev emails", set()),
    ("docker compose exec rabbitmq rabbitmqctl delete_vhost emails.dev", set()),
])
def test_containers(said, command, expected):
    assert said(command) == expected


@pytest.mark.parametrize(("name", "expected"), [
    ("products-dev-1", True), ("shop_test", True), ("emails.dev", True), ("roundtrip_src", True), ("shop_local", True), ("ci", True), ("devices", False), ("local_business", False), ("latest", False), ("prod-dev", False), ("", False),
])
def test_names(name, expected):
    assert is_of_tests(name) is expected
