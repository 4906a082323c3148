require "test_helper"

class HelloControllerTest < ActionDispatch::IntegrationTest
  test "greets" do
    get root_url
    assert_response :success
    assert_select "h1", "Hello, world!"
  end

  test "is well" do
    get health_url
    assert_equal({ "status" => "ok" }, response.parsed_body)
  end
end
