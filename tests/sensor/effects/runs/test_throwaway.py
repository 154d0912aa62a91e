"""What was made to be taken away again."""

from __future__ import annotations

import pytest

from sensor.effects.runs.throwaway import DEV_CLUSTER, LOCAL_CLUSTER, THROW_AWAY, is_passing


@pytest.fixture
def said(effects_of):
    return lambda command: effects_of(command).effects[-1].flags & {DEV_CLUSTER, LOCAL_CLUSTER, THROW_AWAY}


@pytest.mark.parametrize("command", ["kubectl --context kind-dev delete ns shop", "kubectl delete pvc --all --context=minikube", "helm --kube-context k3d-a uninstall api", "kubectl --context docker-desktop delete -f k8s/"])
def test_clusters_of_this_machine(said, command):
    assert said(command) == {LOCAL_CLUSTER}


@pytest.mark.parametrize("command", ["kubectl --context dev get secret db -o yaml", "kubectl --context=eks-shop-dev scale deploy/web --replicas=0", "kubectl --context kind-a --context dev get pods"])
def test_clusters_of_development(said, command):
    assert said(command) == {DEV_CLUSTER}


@pytest.mark.parametrize("command", [
    "kubectl --context prod-dev get secret db -o yaml", "kubectl --context dev-eu get secret db -o yaml", "kubectl --context dev --server https://k8s.example get secret db", "kubectl --context shared-dev get secret db",
    "ddev drush @live sql:drop -y", "ddev delete shop -y", "ddev drush $SITE sql:drop", "drush sql:drop -y",
    "kubectl delete ns shop", "kubectl --context prod delete ns shop", "kubectl --context my-kind-prod delete ns shop", "kubectl --context $CTX delete ns shop", "kubectl --context kind-dev --server https://k8s.example delete ns shop",
    "kubectl --context kind-dev --context prod delete ns shop", "KUBE=kind-dev kubectl delete ns shop", "kubectl --context kind-dev --kubeconfig /etc/k8s/admin.conf delete ns shop",
])
def test_other_clusters(said, command):
    assert said(command) == set()


@pytest.mark.parametrize("command", [
    "TF_WORKSPACE=pr-77 terraform destroy -auto-approve", "terraform -chdir=test/fixtures/net destroy -auto-approve", "terraform destroy -target=module.sandbox -auto-approve", "pulumi destroy --stack pr-9 --yes", "az group delete -n rg-preview-9 --yes",
    "gcloud compute instances delete ci-runner-7 --zone europe-west1-b --quiet",
    "multipass delete --purge scratch-jammy", "neonctl branches delete preview/pr-12 --project-id cold-sun-1", "pscale branch delete shop pr-42 --force", "vercel rm shop-git-fix-login-acme --yes", "bq rm -f -t acme:tmp_load.tmp_rows",
    "turso db destroy scratch-ann --yes", "railway environment delete pr-88 --yes", "pulumi stack rm acme/pr-18 --yes", "pscale branch delete shop add-index --force", "databricks bundle destroy -t dev", "vercel rm shop-git-feat-a-acme.vercel.app --yes",
    "cdk destroy PreviewStack-7 --force --profile shop", "terraform workspace select pr-12 && terraform destroy -auto-approve", "terraform workspace delete pr-12", "aws s3 rm s3://shop-web/previews/pr-12/ --recursive", "gsutil -m rm -r gs://shop/previews/pr-12",
    "aws cloudformation delete-stack --stack-name pr-12-web", "sls remove --stage pr-12", "sam delete --stack-name shop-test --no-prompts", "heroku apps:destroy -a shop-pr-12", "fly apps destroy shop-pr-12 -y", "firebase hosting:channel:delete pr-12 --force",
    "wrangler delete --name preview-12",
    "ddev drush sql:drop -y", "lando wp db reset --yes", "rabbitmqctl purge_queue test_orders", "helm uninstall shop -n pr-123", "kubectl -n preview-9 delete deploy web", "kubectl delete -f k8s/dev/", "kubectl delete -f tests/fixtures/a.yaml -n e2e-1",
])
def test_stacks_and_machines_of_tests(said, command):
    assert said(command) == {THROW_AWAY}


@pytest.mark.parametrize("command", [
    "terraform destroy -auto-approve", "TF_WORKSPACE=prod terraform destroy -auto-approve", "TF_WORKSPACE=$WS terraform destroy -auto-approve", "terraform -chdir=infra/prod destroy -auto-approve", "terraform destroy -target=module.db -auto-approve",
    "terraform destroy -target=module.sandbox -target=module.db", "terraform -chdir=live/tests destroy", "pulumi destroy --stack org/app/prod --yes", "az group delete -n rg-shop --yes", "az group delete --yes",
    "neonctl branches delete main", "neonctl projects delete cold-sun-1", "pscale branch delete shop main", "pscale database delete test", "vercel rm shop --yes", "vercel rm shop-git-main-acme --yes", "bq rm -r -f acme:warehouse",
    "turso db destroy shop --yes", "pscale database delete add-index", "databricks bundle destroy -t prod", "databricks bundle destroy", "railway environment delete production --yes", "pulumi stack rm acme/shop --yes",
    "rabbitmqctl purge_queue orders", "helm uninstall shop -n shop", "kubectl -n e2e-1 delete deploy web -n shop", "kubectl delete -f k8s/prod/", "kubectl delete -f k8s/", "kubectl delete -A deploy -n e2e-1", "kubectl delete -f k8s/dev/ -n shop", "helm uninstall shop",
    "cdk destroy ShopStack --force", "cdk destroy PreviewStack-7 ShopStack --force", "cdk destroy --all --force", "cdk destroy ShopStack --force --profile preview-1", "terraform workspace select pr-12; terraform destroy", "terraform workspace select pr-12 && cd ../prod && terraform destroy",
    "terraform workspace select prod && terraform destroy", "terraform workspace delete pr-12 prod", "aws s3 rm s3://shop-web/ --recursive", "aws s3 rm s3://shop-web/previews/pr-12/ s3://shop-web/ --recursive", "aws s3 rb s3://prod-test --force", "aws s3 rm s3://shop/preview-* --recursive",
    "aws s3 rm s3://$B/tmp/ --recursive", "aws cloudformation delete-stack --stack-name shop", "aws rds delete-db-instance --db-instance-identifier pr-12", "fly apps destroy shop shop-pr-12 -y", "heroku apps:destroy shop-pr-12", "sls remove",
    "gcloud compute instances delete web-1 ci-runner-7 --quiet", "gcloud projects delete test-prod --quiet",
])
def test_what_stays(said, command):
    assert said(command) == set()


@pytest.mark.parametrize(("name", "expected"), [("e2e-4821", True), ("app-test", True), ("preview", True), ("contest", False), ("latest", False), ("production-test", False), ("attempt", False), ("", False)])
def test_names(name, expected):
    assert is_passing(name) is expected


@pytest.mark.parametrize("command", [
    "kubectl --context kind-dev -shttps://k8s.example delete ns shop", "kubectl --context kind-dev --cluster prod delete ns shop", "kubectl --context kind-dev --user=admin delete ns shop", "KUBECONFIG=/etc/k8s/a kubectl --context kind-dev delete ns shop",
    "gcloud compute instances delete ci-runner-7 --quiet web-1", "pulumi destroy --yes --stack pr-9 -sprod", "TF_WORKSPACE=pr-77 terraform -chdir=infra/prod destroy -auto-approve", "terraform -chdir=prod destroy -target=module.sandbox",
])
def test_a_passing_name_beside_another_one(said, command):
    assert said(command) == set()
