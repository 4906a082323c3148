import pytest

from app import create_app


@pytest.fixture
def client():
    return create_app().test_client()


def test_greets(client):
    response = client.get("/")
    assert response.status_code == 200
    assert response.get_json() == {"message": "Hello, world!"}


def test_knows_what_it_does_not_have(client):
    assert client.get("/nothing").status_code == 404
